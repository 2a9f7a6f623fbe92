//! States (N402) and the ZIP codes that lie in them (N403).
//!
//! Sources and confidence: `data/states.tsv`, `data/zips.tsv`.

use std::sync::LazyLock;

use super::table;
use crate::value::State;

const STATES: &str = include_str!("data/states.tsv");
const ZIPS: &str = include_str!("data/zips.tsv");

/// How a ZIP code and a state go together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ZipFit {
    /// ZIP codes that begin like this lie in the state.
    Fits,
    /// ZIP codes that begin like this lie elsewhere.
    OtherState,
    /// No known ZIP code begins with these three digits.
    NoSuchPrefix,
    /// Not five and not nine digits.
    Malformed,
}

/// Each state's number, and each prefix's states as a set of those numbers.
struct Map {
    /// By the two letters as a number; a number is below 64.
    states: [Option<u8>; 26 * 26],
    /// By the first three digits of the ZIP; bit n stands for state n.
    prefixes: [u64; 1000],
}

static MAP: LazyLock<Map> = LazyLock::new(|| {
    let mut map = Map {
        states: [None; 26 * 26],
        prefixes: [0; 1000],
    };
    for (number, row) in (0..64).zip(table::rows(STATES)) {
        let slot = State::parse(row.text(0).as_bytes()).and_then(slot);
        if let Some(state) = slot.and_then(|slot| map.states.get_mut(slot)) {
            *state = Some(number);
        }
    }
    for row in table::rows(ZIPS) {
        let states = row
            .text(2)
            .split(',')
            .filter_map(|state| map.bit(State::parse(state.as_bytes())?))
            .fold(0, |set, bit| set | bit);
        if let (Ok(first), Ok(last)) = (row.text(0).parse(), row.text(1).parse())
            && let Some(prefixes) = map
                .prefixes
                .get_mut::<std::ops::RangeInclusive<usize>>(first..=last)
        {
            prefixes.fill(states);
        }
    }
    map
});

impl Map {
    fn bit(&self, state: State) -> Option<u64> {
        let number = (*self.states.get(slot(state)?)?)?;
        Some(1 << number)
    }
}

fn slot(state: State) -> Option<usize> {
    let [first, second] = state.bytes().map(|letter| letter.wrapping_sub(b'A'));
    (first < 26 && second < 26).then(|| usize::from(first) * 26 + usize::from(second))
}

/// Whether mail of the United States knows the code: states, the District of
/// Columbia, territories, freely associated states and military mail. `UM` is
/// among them, though no ZIP code lies there.
#[must_use]
pub fn is_state(state: State) -> bool {
    MAP.bit(state).is_some()
}

/// Whether these are a state and a ZIP code, five or nine digits, that lies in it:
/// [`is_state`] and [`ZipFit::Fits`] at once.
#[inline]
#[must_use]
pub fn fit(state: &[u8], zip: &[u8]) -> bool {
    let digits = match zip.split_first_chunk::<8>() {
        Some((&eight, &[last])) => are_digits(eight) && last.is_ascii_digit(),
        _ => zip.len() == 5 && zip.iter().all(u8::is_ascii_digit),
    };
    let (&[first, second], Some(start), true) = (state, zip.first_chunk::<3>(), digits) else {
        return false;
    };
    let digit = |at: usize| usize::from(start[at] - b'0');
    let prefix = digit(0) * 100 + digit(1) * 10 + digit(2);
    let (first, second) = (first.wrapping_sub(b'A'), second.wrapping_sub(b'A'));
    let slot = usize::from(first) * 26 + usize::from(second);
    let map = &*MAP;
    match (map.states.get(slot), map.prefixes.get(prefix)) {
        (Some(Some(number)), Some(there)) if second < 26 => there >> number & 1 == 1,
        _ => false,
    }
}

/// Whether all eight are digits: less '0' none may be below 0 or above 9, which sets a high
/// bit in one of the two.
#[inline]
fn are_digits(bytes: [u8; 8]) -> bool {
    let digits = u64::from_le_bytes(bytes).wrapping_sub(0x3030_3030_3030_3030);
    (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0
}

/// Whether the ZIP code, five or nine digits without a hyphen, lies in the state.
/// Only its first three digits count: a prefix may cross a state's border, and
/// then fits on both sides. A state that is none has no ZIP code in it.
#[must_use]
pub fn zip_fits(zip: &[u8], state: State) -> ZipFit {
    if !matches!(zip.len(), 5 | 9) || !zip.iter().all(u8::is_ascii_digit) {
        return ZipFit::Malformed;
    }
    let prefix = zip
        .iter()
        .take(3)
        .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    match MAP.prefixes.get(prefix) {
        None | Some(0) => ZipFit::NoSuchPrefix,
        Some(states) if states & MAP.bit(state).unwrap_or(0) != 0 => ZipFit::Fits,
        Some(_) => ZipFit::OtherState,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(text: &str) -> State {
        State::parse(text.as_bytes()).unwrap()
    }

    fn fit(zip: &str, code: &str) -> ZipFit {
        zip_fits(zip.as_bytes(), state(code))
    }

    #[test]
    fn every_row_of_both_lists_is_read() {
        assert_eq!(table::rows(STATES).count(), 63);
        assert_eq!(MAP.states.iter().flatten().count(), 63);
        assert_eq!(MAP.prefixes.iter().filter(|set| **set != 0).count(), 932);
        let pairs: u32 = MAP.prefixes.iter().map(|set| set.count_ones()).sum();
        assert_eq!(pairs, 932 + 11);
    }

    #[test]
    fn states_exist_or_do_not() {
        for code in ["TX", "DC", "PR", "AE", "UM", "GU"] {
            assert!(is_state(state(code)), "{code}");
        }
        for code in ["XX", "ZZ", "T1", "00", "ON"] {
            assert!(!is_state(state(code)), "{code}");
        }
    }

    #[test]
    fn a_zip_lies_in_its_state() {
        for (zip, code) in [
            ("78701", "TX"),
            ("787011234", "TX"),
            ("20001", "DC"),
            ("02118", "MA"),
            ("00901", "PR"),
            ("09012", "AE"),
            ("99501", "AK"),
            ("96799", "AS"),
        ] {
            assert_eq!(fit(zip, code), ZipFit::Fits, "{zip} {code}");
        }
        assert_eq!(fit("78701", "CA"), ZipFit::OtherState);
        assert_eq!(fit("78701", "XX"), ZipFit::OtherState);
        assert_eq!(fit("00001", "NY"), ZipFit::NoSuchPrefix);
    }

    #[test]
    fn a_prefix_on_the_border_fits_both_sides() {
        assert_eq!(fit("06390", "NY"), ZipFit::Fits);
        assert_eq!(fit("06320", "CT"), ZipFit::Fits);
        assert_eq!(fit("83414", "WY"), ZipFit::Fits);
        assert_eq!(fit("83401", "ID"), ZipFit::Fits);
    }

    #[test]
    fn a_zip_has_five_or_nine_digits() {
        for zip in ["", "7870", "78701-1234", "787011", "7870A", "7870112345"] {
            assert_eq!(fit(zip, "TX"), ZipFit::Malformed, "{zip}");
        }
    }

    #[test]
    fn state_and_zip_fit_when_each_is_one_and_they_fit() {
        for state in ["TX", "NY", "UM", "XX", "tx", "T", "", "T1"] {
            for zip in [
                "78701",
                "787011234",
                "10001",
                "00001",
                "7870",
                "7870A",
                "7870112345",
                "",
            ] {
                let known = State::parse(state.as_bytes()).filter(|&state| is_state(state));
                let both = known.is_some_and(|own| zip_fits(zip.as_bytes(), own) == ZipFit::Fits);
                assert_eq!(
                    super::fit(state.as_bytes(), zip.as_bytes()),
                    both,
                    "{state} {zip}"
                );
            }
        }
    }
}
