//! Procedure codes (SV101-2): their form, and the lives of those a therapy
//! scrubber meets. The whole CPT and HCPCS lists are not here.
//!
//! Source and confidence of each code: `data/procedures.tsv`.

use std::sync::LazyLock;

use super::Standing;
use super::table::{self, CodeMap};
use crate::value::{Confidence, Date, DateRange, Procedure};

const LIST: &str = include_str!("data/procedures.tsv");

/// How a known procedure code stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Life {
    /// In force, not yet or no longer; never [`Standing::Unknown`].
    pub standing: Standing,
    /// What is billed instead of a code that was deleted; empty for others.
    pub successors: &'static [Procedure],
    /// How well days and successors are supported.
    pub confidence: Confidence,
}

struct Entry {
    days: DateRange,
    successors: Vec<Procedure>,
    confidence: Confidence,
    therapy: Option<Therapy>,
}

/// What makes a code therapy whoever furnishes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Therapy {
    /// It is on CMS's list of codes that are always therapy.
    Always,
    /// The same, and it needs hands, water or a machine where the patient is.
    HandsOn,
}

static CODES: LazyLock<CodeMap<5, Entry>> = LazyLock::new(|| {
    let codes = table::rows(LIST).filter_map(|row| {
        let code = Procedure::parse(row.text(0).as_bytes())?;
        let successors = row.text(3).split(',');
        let entry = Entry {
            days: row.days(1)?,
            successors: successors
                .filter_map(|code| Procedure::parse(code.as_bytes()))
                .collect(),
            confidence: Confidence::parse(row.text(4))?,
            therapy: match row.text(6) {
                "always" => Some(Therapy::Always),
                "hands" => Some(Therapy::HandsOn),
                _ => None,
            },
        };
        Some((code.bytes(), entry))
    });
    CodeMap::new(codes.collect())
});

/// The days of every code of the list.
pub(super) fn days() -> impl Iterator<Item = DateRange> {
    CODES.iter().map(|(_, entry)| entry.days)
}

fn find(code: Procedure) -> Option<&'static Entry> {
    CODES.get(&code.bytes())
}

/// Whether this has the form of a procedure code: five digits (CPT category I),
/// four digits and a letter (CPT categories II `F` and III `T`, laboratory `U` and
/// `M`, vaccination `A`), or a letter and four digits (HCPCS Level II).
#[must_use]
pub fn well_formed(code: &[u8]) -> bool {
    let [first, middle @ .., last] = code else {
        return false;
    };
    middle.len() == 3
        && middle.iter().all(u8::is_ascii_digit)
        && match (first.is_ascii_digit(), last.is_ascii_digit()) {
            (true, true) => true,
            (true, false) => b"AFMTU".contains(last),
            (false, true) => first.is_ascii_uppercase(),
            (false, false) => false,
        }
}

/// How the code stands on a day; `None` for the many codes not in the list.
#[must_use]
pub fn life(code: Procedure, date: Date) -> Option<Life> {
    find(code).map(|entry| Life {
        standing: Standing::of(entry.days, date),
        successors: &entry.successors,
        confidence: entry.confidence,
    })
}

/// Other codes of the 97 family, 97000 to 97999: of assessments for athletes and autism,
/// wounds, nutrition and acupuncture, and some that are long gone.
const OTHER_97: &[u8] = b"97003 97004 97005 97006 97020 97037 97151 97152 97153 97154 97155 97156 97157 97158 \
    97165 97166 97167 97168 97169 97170 97171 97172 97504 97520 97597 97598 97602 97605 97606 97607 97608 97610 \
    97703 97802 97803 97804 97810 97811 97813 97814";

/// Whether a code that begins with 97 is one CPT has or had: the one family whose every
/// code is at hand.
#[must_use]
pub fn is_physical_medicine(code: Procedure) -> bool {
    find(code).is_some()
        || OTHER_97
            .split(|&byte| byte == b' ')
            .any(|known| known == code.bytes())
}

/// What makes the code physical therapy whoever furnishes it; `None` for codes that are
/// therapy in a therapist's hands only, for other services, and for unknown codes.
#[must_use]
pub fn therapy(code: Procedure) -> Option<Therapy> {
    find(code).and_then(|entry| entry.therapy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Procedure {
        Procedure::parse(text.as_bytes()).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    fn on(procedure: &str, date: &str) -> Life {
        life(code(procedure), day(date)).unwrap()
    }

    #[test]
    fn every_row_of_the_list_is_read() {
        assert_eq!(table::rows(LIST).count(), 68);
        assert_eq!(CODES.iter().count(), 68);
        for row in table::rows(LIST) {
            let code = code(row.text(0));
            let named = row.text(3).split(',').filter(|code| !code.is_empty());
            assert_eq!(
                find(code).unwrap().successors.len(),
                named.count(),
                "{code}"
            );
            assert!(well_formed(&code.bytes()));
        }
    }

    #[test]
    fn deleted_codes_name_their_successors() {
        let gone = on("97001", "2017-01-01");
        assert_eq!(gone.standing, Standing::Ended(day("2016-12-31")));
        assert_eq!(
            gone.successors,
            [code("97161"), code("97162"), code("97163")]
        );
        assert_eq!(on("97001", "2016-12-31").standing, Standing::InForce);
        let low = on("G0515", "2020-01-01");
        assert_eq!(low.standing, Standing::Ended(day("2019-12-31")));
        assert_eq!(low.confidence, Confidence::Low);
    }

    #[test]
    fn added_codes_have_a_first_day() {
        assert_eq!(
            on("97550", "2023-12-31").standing,
            Standing::NotYet(day("2024-01-01"))
        );
        assert_eq!(on("97550", "2024-01-01").standing, Standing::InForce);
        assert!(on("97550", "2024-01-01").successors.is_empty());
    }

    #[test]
    fn known_codes_have_a_life_and_others_none() {
        assert_eq!(on("97110", "2024-01-01").standing, Standing::InForce);
        assert_eq!(life(code("99213"), day("2024-01-01")), None);
    }

    #[test]
    fn therapy_is_told_from_what_others_furnish_too() {
        for (text, therapy_is) in [
            ("97110", Some(Therapy::Always)),
            ("97164", Some(Therapy::Always)),
            ("97140", Some(Therapy::HandsOn)),
            ("G0283", Some(Therapy::HandsOn)),
            // Psychologists bill the first, physicians the others.
            ("97129", None),
            ("97550", None),
            ("98970", None),
            ("99213", None),
        ] {
            assert_eq!(therapy(code(text)), therapy_is, "{text}");
        }
        let hands = CODES
            .iter()
            .filter(|(_, entry)| entry.therapy == Some(Therapy::HandsOn));
        assert_eq!(hands.count(), 19);
    }

    #[test]
    fn the_97_family_is_known_code_by_code() {
        for known in ["97110", "97165", "97813", "97037", "97001"] {
            assert!(is_physical_medicine(code(known)), "{known}");
        }
        for slip in ["97111", "97115", "97160", "97351", "97765"] {
            assert!(!is_physical_medicine(code(slip)), "{slip}");
        }
    }

    #[test]
    fn forms_of_procedure_codes() {
        for good in [
            "97110", "G0283", "0232T", "1234F", "0001U", "0011M", "0001A",
        ] {
            assert!(well_formed(good.as_bytes()), "{good}");
        }
        for bad in [
            "", "9711", "971100", "GP110", "A123B", "97 10", "9711a", "g0283", "97A10", "9711O",
            "9711L",
        ] {
            assert!(!well_formed(bad.as_bytes()), "{bad}");
        }
    }
}
