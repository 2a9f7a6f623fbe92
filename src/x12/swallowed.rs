//! Claims that stand inside another segment, since the terminator before their CLM is lost.

use super::Delimiters;
use crate::value::Cents;

/// The elements from CLM01 to CLM05, whose components make a claim plain to see.
const LOOKED_AT: usize = 5;

/// Where in the bytes CLM segments start that no terminator stands before, and what they charge.
pub fn claims(bytes: &[u8], delimiters: Delimiters) -> impl Iterator<Item = (usize, Cents)> {
    let found = memchr::memmem::find_iter(bytes, b"CLM");
    found.filter_map(move |at| {
        let rest = bytes.get(at + 3..)?.strip_prefix(&[delimiters.element])?;
        let mut elements = rest.splitn(LOOKED_AT + 1, |&byte| byte == delimiters.element);
        let (id, charge) = (elements.next()?, Cents::parse(elements.next()?)?);
        let place = elements.nth(2)?;
        let is_claim = !id.is_empty() && at > 0 && place.contains(&delimiters.component);
        is_claim.then_some((at, charge))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, i64)> {
        let claims = claims(text.as_bytes(), Delimiters::USUAL);
        claims.map(|(at, charge)| (at, charge.0)).collect()
    }

    #[test]
    fn a_claim_is_seen_with_or_without_a_separator_before_it() {
        let claim = "CLM*A1*90.5***11:B:1*Y*A*Y*Y";
        for before in ["REF*6R*1*", "REF*6R*1", "REF*6R*1\r\n"] {
            let text = format!("{before}{claim}");
            assert_eq!(found(&text), [(before.len(), 9050)], "{text:?}");
        }
        assert_eq!(found(&format!("N3*7*{claim}*{claim}")).len(), 2);
    }

    #[test]
    fn a_segment_of_its_own_and_words_are_none() {
        for text in [
            "CLM*A1*90***11:B:1*Y",
            "NTE*ADD*SEE CLM*2*3",
            "NTE*ADD*CLM 12",
            "REF*D9*CLM*A1*X***11:B:1",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
