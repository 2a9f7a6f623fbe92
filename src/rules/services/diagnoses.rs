//! Diagnosis codes that were met, with the days on which they can be billed.
//!
//! Practices bill for few diagnoses, each again and again, and comparing eight bytes is less
//! than a walk down the tree of the list.

use crate::codes::diagnosis;
use crate::value::{Date, DateRange};

/// Codes kept at a time, a power of two; one more takes the place of another.
const KEPT: usize = 256;

/// A code in eight bytes: its characters, the first lowest, and its length in the highest.
pub(in crate::rules) type Code = u64;

/// Codes of the list.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Diagnoses {
    known: Vec<(Code, DateRange)>,
}

impl Default for Diagnoses {
    fn default() -> Diagnoses {
        let never = DateRange {
            from: Date::MAX,
            through: Date::MIN,
        };
        Diagnoses {
            known: vec![(0, never); KEPT],
        }
    }
}

impl Diagnoses {
    /// Whether the code is one that can be billed on all of these days.
    #[inline]
    pub(in crate::rules) fn can_bill(&mut self, code: Code, dates: DateRange) -> bool {
        let place = (code.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % KEPT;
        let Some(known) = self.known.get_mut(place) else {
            return false;
        };
        if known.0 != code {
            let Some(days) = look_up(code) else {
                return false;
            };
            *known = (code, days);
        }
        known.1.contains(dates.from) && known.1.contains(dates.through)
    }
}

#[cold]
fn look_up(code: Code) -> Option<DateRange> {
    let [characters @ .., len] = code.to_le_bytes();
    diagnosis::days(characters.get(..usize::from(len))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnosis::DiagnosisStanding::Billable;

    #[test]
    fn a_code_can_be_billed_when_it_stands_so_in_the_list() {
        let mut known = Diagnoses::default();
        let dates = [20_191_001, 20_211_001, 20_260_302].map(|day: u32| {
            Date::new(day / 10_000, day / 100 % 100, day % 100).unwrap_or(Date::MIN)
        });
        for _ in 0..2 {
            for code in [
                "M545", "M5450", "M25561", "S93401D", "XYZ", "M54", "", "M545\0",
            ] {
                let mut bytes = [0; 8];
                bytes[..code.len()].copy_from_slice(code.as_bytes());
                bytes[7] = u8::try_from(code.len()).unwrap_or(u8::MAX);
                for date in dates {
                    let day = DateRange {
                        from: date,
                        through: date,
                    };
                    let plain = diagnosis::standing(code.as_bytes(), date) == Billable;
                    assert_eq!(
                        known.can_bill(u64::from_le_bytes(bytes), day),
                        plain,
                        "{code}"
                    );
                }
            }
        }
    }
}
