//! The small pools names, streets and diagnoses are drawn from. Everybody in a
//! generated file is invented.

/// Family names.
pub(super) static LAST_NAMES: &[&str] = &[
    "ALDER", "ARBOR", "ASHFORD", "BARLOW", "BEACON", "BIRCH", "BRANCH", "BRIDGES", "BROOKS",
    "CALDER", "CARVER", "CEDAR", "CHANDLER", "CLAY", "CLIFF", "COOPER", "CRANE", "DALE", "DRAPER",
    "ELM", "FARROW", "FENNEL", "FIELD", "FLETCHER", "FORD", "FROST", "GARDNER", "GLEN", "GROVE",
    "HARBOR", "HAWTHORN", "HAZEL", "HEATH", "HILL", "HOLLIS", "IVY", "KESTREL", "LAKE", "LARK",
    "LINDEN", "MAPLE", "MARSH", "MEADOWS", "MILLER", "MOSS", "NORTH", "OAKES", "ORCHARD", "PARK",
    "PERRY", "POND", "QUILL", "REED", "RIDGE", "RIVERS", "ROWAN", "SAGE", "SHORE", "SPRING",
    "STONE", "SUMMERS", "THORNE", "VALE", "WATERS", "WELLS", "WEST", "WILLOW", "WREN",
];

/// Given names.
pub(super) static FIRST_NAMES: &[&str] = &[
    "ADA", "ALAN", "ALICE", "AMIR", "ANNA", "ARLO", "BELLA", "BEN", "CARA", "CARLOS", "CLARA",
    "DANA", "DAVID", "DIANA", "EDWIN", "ELENA", "ELI", "EMMA", "ERIK", "ESTHER", "EVAN", "FAYE",
    "FELIX", "FLORA", "GRACE", "GRANT", "HANNAH", "HUGO", "IDA", "IRIS", "IVAN", "JANE", "JOEL",
    "JUNE", "KARIN", "KENJI", "LARA", "LEO", "LENA", "LUIS", "MAYA", "MARCO", "MILES", "MINA",
    "NADIA", "NEIL", "NORA", "OLGA", "OMAR", "OSCAR", "PAULA", "PIA", "QUINN", "ROSA", "RUTH",
    "SAM", "SARA", "SIMON", "TARA", "THEO", "UMA", "VERA", "VICTOR", "WALT",
];

/// Streets.
pub(super) static STREETS: &[&str] = &[
    "ACORN ST",
    "BAY AVE",
    "BRIAR LN",
    "CANAL ST",
    "CHERRY ST",
    "CHURCH ST",
    "COLLEGE AVE",
    "CREEKSIDE DR",
    "DEPOT ST",
    "EAST ST",
    "FERRY RD",
    "FOREST AVE",
    "GARDEN ST",
    "HIGH ST",
    "HILLTOP RD",
    "LAKEVIEW DR",
    "LIBERTY ST",
    "MAIN ST",
    "MARKET ST",
    "MILL RD",
    "OAK AVE",
    "ORCHARD RD",
    "PARK AVE",
    "PINE ST",
    "PROSPECT ST",
    "QUARRY RD",
    "RIVER RD",
    "SCHOOL ST",
    "SPRUCE ST",
    "STATE ST",
    "SUNSET BLVD",
    "UNION ST",
    "VALLEY RD",
    "WALNUT ST",
    "WATER ST",
];

/// First half of a practice's name.
pub(super) static PRACTICE_NAMES: &[&str] = &[
    "BRIGHT PATH",
    "CEDAR HILL",
    "CLEARWATER",
    "COPPER CREEK",
    "EASTGATE",
    "EVERGREEN",
    "FIRST STEP",
    "GRANITE",
    "GREENWAY",
    "HARBORVIEW",
    "HEARTLAND",
    "LAKESIDE",
    "MERIDIAN",
    "NORTHSTAR",
    "OAKWOOD",
    "PEAK MOTION",
    "PRAIRIE",
    "RIVERBEND",
    "SILVERLEAF",
    "STONEBRIDGE",
    "SUMMIT",
    "SUNRISE",
    "TIMBERLINE",
    "WESTFIELD",
];

/// Second half of a practice's name.
pub(super) static PRACTICE_KINDS: &[&str] = &[
    "PHYSICAL THERAPY",
    "PHYSICAL THERAPY GROUP",
    "REHABILITATION",
    "SPORTS AND SPINE THERAPY",
    "PT ASSOCIATES",
];

/// A commercial plan: name, payer identifier, SBR09.
pub(super) type Plan = (&'static str, &'static str, &'static str);

/// Invented commercial plans.
pub(super) static PLANS: &[Plan] = &[
    ("ALPINE MUTUAL HEALTH", "ALPN1", "CI"),
    ("BLUE HERON HEALTH PLAN", "BLHR2", "BL"),
    ("CORNERSTONE BENEFIT LIFE", "CRNB3", "CI"),
    ("DELTA VALLEY HMO", "DLVH4", "HM"),
    ("EMERALD CARE PLAN", "EMRC5", "CI"),
    ("FOUNDERS CHOICE HMO", "FNCH6", "HM"),
    ("GOLDEN PRAIRIE BLUE", "GLPB7", "BL"),
    ("HORIZON TRAIL INSURANCE", "HZTI8", "CI"),
];

/// Diagnoses a physical therapist sees: billable in ICD-10-CM on every day from
/// October 2015 to March 2027 at least, so that any date of service takes them.
pub(super) static DIAGNOSES: &[&str] = &[
    "M25561", "M25562", "M25511", "M25512", "M25551", "M25552", "M25571", "M25611", "M25661",
    "M6281", "M62830", "M542", "M5412", "M5416", "M5417", "M1711", "M1712", "M19011", "M7541",
    "M7542", "M7061", "M7711", "R260", "R262", "R2681", "R2689", "R293", "R296", "R531", "S83511D",
    "S83512D", "S46011D", "S93401D", "Z471", "Z96651", "Z96652", "Z9181", "G8111", "G8191",
];
