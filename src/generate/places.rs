//! Where the invented people live: one real city and ZIP code or more a state,
//! and who pays Medicare Part B claims there.

use crate::value::State;

/// A city and a five-digit ZIP code of it.
pub(super) type City = (&'static str, &'static str);

/// A state with its cities and payers.
pub(super) struct Place {
    /// Two-letter postal code.
    pub(super) state: &'static str,
    /// Number of the Medicare Part B contractor's workload there.
    pub(super) contractor: &'static str,
    /// A telephone area code of the state.
    pub(super) area: &'static str,
    /// Cities.
    pub(super) cities: &'static [City],
}

/// The place of a state's postal code, as an index into [`PLACES`].
pub(super) fn find(state: State) -> Option<usize> {
    PLACES
        .iter()
        .position(|place| place.state == state.as_str())
}

macro_rules! places {
    ($($state:literal $contractor:literal $area:literal $(($city:literal, $zip:literal))+;)+) => {
        /// The fifty states and the District of Columbia.
        pub(super) static PLACES: &[Place] = &[$(
            Place { state: $state, contractor: $contractor, area: $area, cities: &[$(($city, $zip)),+] },
        )+];
    };
}

places! {
    "AK" "02102" "907" ("ANCHORAGE", "99501") ("FAIRBANKS", "99701");
    "AL" "10112" "205" ("BIRMINGHAM", "35203") ("MOBILE", "36602");
    "AR" "07102" "501" ("LITTLE ROCK", "72201") ("FAYETTEVILLE", "72701");
    "AZ" "03102" "602" ("PHOENIX", "85004") ("TUCSON", "85701") ("MESA", "85201");
    "CA" "01182" "213" ("LOS ANGELES", "90012") ("SAN DIEGO", "92101") ("SACRAMENTO", "95814") ("FRESNO", "93721");
    "CO" "04112" "303" ("DENVER", "80202") ("COLORADO SPRINGS", "80903");
    "CT" "13102" "860" ("HARTFORD", "06103") ("NEW HAVEN", "06510");
    "DC" "12202" "202" ("WASHINGTON", "20001");
    "DE" "12102" "302" ("WILMINGTON", "19801") ("DOVER", "19901");
    "FL" "09102" "305" ("MIAMI", "33130") ("ORLANDO", "32801") ("TAMPA", "33602");
    "GA" "10212" "404" ("ATLANTA", "30303") ("SAVANNAH", "31401");
    "HI" "01212" "808" ("HONOLULU", "96813") ("HILO", "96720");
    "IA" "05102" "515" ("DES MOINES", "50309") ("CEDAR RAPIDS", "52401");
    "ID" "02202" "208" ("BOISE", "83702") ("POCATELLO", "83201");
    "IL" "06102" "312" ("CHICAGO", "60602") ("SPRINGFIELD", "62701") ("PEORIA", "61602");
    "IN" "08102" "317" ("INDIANAPOLIS", "46204") ("FORT WAYNE", "46802");
    "KS" "05202" "316" ("WICHITA", "67202") ("TOPEKA", "66603");
    "KY" "15102" "502" ("LOUISVILLE", "40202") ("LEXINGTON", "40507");
    "LA" "07202" "504" ("NEW ORLEANS", "70112") ("BATON ROUGE", "70801");
    "MA" "14212" "617" ("BOSTON", "02108") ("WORCESTER", "01608") ("SPRINGFIELD", "01103");
    "MD" "12302" "410" ("BALTIMORE", "21202") ("FREDERICK", "21701");
    "ME" "14112" "207" ("PORTLAND", "04101") ("BANGOR", "04401");
    "MI" "08202" "313" ("DETROIT", "48226") ("GRAND RAPIDS", "49503");
    "MN" "06202" "612" ("MINNEAPOLIS", "55401") ("DULUTH", "55802");
    "MO" "05302" "314" ("SAINT LOUIS", "63101") ("COLUMBIA", "65201");
    "MS" "07302" "601" ("JACKSON", "39201") ("BILOXI", "39530");
    "MT" "03202" "406" ("BILLINGS", "59101") ("MISSOULA", "59802");
    "NC" "11502" "919" ("RALEIGH", "27601") ("CHARLOTTE", "28202") ("ASHEVILLE", "28801");
    "ND" "03302" "701" ("FARGO", "58102") ("BISMARCK", "58501");
    "NE" "05402" "402" ("OMAHA", "68102") ("LINCOLN", "68508");
    "NH" "14312" "603" ("MANCHESTER", "03101") ("CONCORD", "03301");
    "NJ" "12402" "973" ("NEWARK", "07102") ("TRENTON", "08608");
    "NM" "04212" "505" ("ALBUQUERQUE", "87102") ("SANTA FE", "87501");
    "NV" "01312" "702" ("LAS VEGAS", "89101") ("RENO", "89501");
    "NY" "13202" "212" ("NEW YORK", "10013") ("BUFFALO", "14202") ("ALBANY", "12207") ("ROCHESTER", "14604");
    "OH" "15202" "614" ("COLUMBUS", "43215") ("CLEVELAND", "44113") ("DAYTON", "45402");
    "OK" "04312" "405" ("OKLAHOMA CITY", "73102") ("TULSA", "74103");
    "OR" "02302" "503" ("PORTLAND", "97204") ("EUGENE", "97401");
    "PA" "12502" "215" ("PHILADELPHIA", "19107") ("PITTSBURGH", "15222") ("ERIE", "16501");
    "RI" "14412" "401" ("PROVIDENCE", "02903") ("NEWPORT", "02840");
    "SC" "11202" "803" ("COLUMBIA", "29201") ("GREENVILLE", "29601");
    "SD" "03402" "605" ("SIOUX FALLS", "57104") ("RAPID CITY", "57701");
    "TN" "10312" "615" ("NASHVILLE", "37203") ("KNOXVILLE", "37902");
    "TX" "04412" "512" ("AUSTIN", "78701") ("HOUSTON", "77002") ("DALLAS", "75201") ("EL PASO", "79901");
    "UT" "03502" "801" ("SALT LAKE CITY", "84101") ("PROVO", "84601");
    "VA" "11302" "804" ("RICHMOND", "23219") ("NORFOLK", "23510");
    "VT" "14512" "802" ("BURLINGTON", "05401") ("RUTLAND", "05701");
    "WA" "02402" "206" ("SEATTLE", "98101") ("SPOKANE", "99201");
    "WI" "06302" "414" ("MILWAUKEE", "53202") ("MADISON", "53703");
    "WV" "11402" "304" ("CHARLESTON", "25301") ("MORGANTOWN", "26505");
    "WY" "03602" "307" ("CHEYENNE", "82001") ("CASPER", "82601");
}
