//! Transaction sets by name.

/// The versions of the guide that are read, the current one first.
pub const VERSIONS: [&str; 3] = ["005010X222A1", "005010X222", "005010X222A2"];

/// The longest version: six digits, the guide, its edition.
const VERSION_BYTES: usize = 12;

/// The name of an 837 in whose version a line ends: the next segment has run into its ST.
pub const UNENDED_837: &str = "837 claims whose ST lacks its segment terminator";

/// The name of an 837 in whose version a line ends, and nothing else follows: line ends stand
/// before the segment terminators.
pub const LINE_END_INSIDE_837: &str = "837 claims with a line end before the segment terminator";

/// The name of a functional group whose GS01 is another's.
pub const GROUP_NOT_OF_CLAIMS: &str = "functional group whose GS01 is not HC";

/// How the name of a functional group of another version starts; the version follows.
pub const GROUP_VERSION: &str = "functional group of version ";

/// A version if it reads like one; what else stands there is not passed on.
fn readable(version: &str) -> &str {
    let reads = version.len() <= VERSION_BYTES
        && version
            .get(..6)
            .is_some_and(|release| release.bytes().all(|byte| byte.is_ascii_digit()))
        && version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if reads { version } else { "not readable" }
}

/// A functional group in words, if it is none of 837P claims: from GS01, GS08, and whether an
/// interchange might be read to start inside of its GS once what stands behind has gone.
pub(super) fn other_group(code: &str, version: &str, holds_header: bool) -> Option<String> {
    if holds_header {
        return Some("functional group with an ISA inside its GS".to_owned());
    }
    if code != "HC" {
        return Some(GROUP_NOT_OF_CLAIMS.to_owned());
    }
    let is_read = VERSIONS.contains(&version);
    (!is_read).then(|| format!("{GROUP_VERSION}{}", readable(version)))
}

/// What a transaction set is, in words, from ST01 and the version.
#[must_use]
pub fn transaction_name(code: &str, version: &str) -> String {
    if code == "837" && version.contains(['\r', '\n']) {
        let alone = VERSIONS.contains(&version.trim_end());
        let name = if alone {
            LINE_END_INSIDE_837
        } else {
            UNENDED_837
        };
        return name.to_owned();
    }
    let guide = version.get(6..).unwrap_or("");
    let is = |prefix: &str| guide.starts_with(prefix);
    let what = match code {
        "837" if is("X222") || is("X098") => "837P professional claims",
        "837" if is("X223") || is("X096") => "837I institutional claims",
        "837" if is("X224") || is("X097") => "837D dental claims",
        "837" if is("X291") => "837P professional predetermination",
        "837" if is("X292") => "837I institutional predetermination",
        "837" if is("X293") => "837D dental predetermination",
        "837" if is("X298") || is("X299") || is("X300") => {
            "837 post-adjudicated claims data reporting"
        }
        "837" => "837 claims of an unknown guide",
        "835" => "835 claim payment/advice",
        "834" => "834 benefit enrollment",
        "820" => "820 payment order",
        "270" => "270 eligibility inquiry",
        "271" => "271 eligibility response",
        "276" => "276 claim status request",
        "277" if is("X214") => "277CA claim acknowledgement",
        "277" => "277 claim status response",
        "278" => "278 services review",
        "275" => "275 patient information",
        "997" => "997 functional acknowledgement",
        "999" => "999 implementation acknowledgement",
        "824" => "824 application advice",
        _ => "unknown transaction set",
    };
    let release = match version.get(..6) {
        Some("004010") => ", release 4010",
        Some("003070" | "003051" | "004050" | "006020" | "007030" | "008020") => {
            ", another release"
        }
        _ => "",
    };
    let code = if what.starts_with("unknown")
        && code.len() == 3
        && code.bytes().all(|byte| byte.is_ascii_digit())
    {
        format!(" {code}")
    } else {
        String::new()
    };
    let version = if version.is_empty() {
        String::new()
    } else {
        format!(" ({}{release})", readable(version))
    };
    format!("{what}{code}{version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_is_none_of_claims_is_told_by_what_is_wrong_with_its_gs() {
        let [known, other] = [VERSIONS[0], "005010X221A1"];
        let told = |code, version, holds| other_group(code, version, holds).unwrap_or_default();
        assert_eq!(other_group("HC", known, false), None);
        assert!(told("HP", known, false).ends_with("GS01 is not HC"));
        assert!(told("HC", other, false).ends_with("of version 005010X221A1"));
        assert!(told("HC", "JANE DOE", false).ends_with("of version not readable"));
        assert!(told("HC", known, true).contains("ISA inside"));
    }

    #[test]
    fn only_what_reads_like_a_code_is_passed_on() {
        for (code, version, name) in [
            (
                "835",
                "005010X221A1",
                "835 claim payment/advice (005010X221A1)",
            ),
            (
                "837",
                "004010X098A1",
                "837P professional claims (004010X098A1, release 4010)",
            ),
            ("999", "", "999 implementation acknowledgement"),
            ("837", "005010X222A1\r\nBHT", UNENDED_837),
            ("837", "005010X222A1\r\n", LINE_END_INSIDE_837),
            ("123", "", "unknown transaction set 123"),
            ("DOE", "", "unknown transaction set"),
            (
                "\u{1b}[2J",
                "JANE DOE",
                "unknown transaction set (not readable)",
            ),
        ] {
            assert_eq!(transaction_name(code, version), name);
        }
    }
}
