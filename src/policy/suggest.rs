//! The nearest right word to a wrong one.

/// The candidate that is fewest edits away, when it is near enough to be meant.
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = written.chars().count().div_ceil(3).min(4);
    candidates
        .map(|candidate| (edits(written, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions and substitutions that make one word the other.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, left) in one.chars().enumerate() {
        let mut diagonal = above;
        let mut previous = above + 1;
        if let Some(first) = row.first_mut() {
            *first = previous;
        }
        for (cell, right) in row.iter_mut().skip(1).zip(&other) {
            let substituted = diagonal + usize::from(left != *right);
            diagonal = *cell;
            previous = substituted.min(diagonal + 1).min(previous + 1);
            *cell = previous;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let known = ["telehealth", "through", "severity"];
        assert_eq!(nearest("telehelth", known.into_iter()), Some("telehealth"));
        assert_eq!(nearest("thru", known.into_iter()), None);
        assert_eq!(nearest("severty", known.into_iter()), Some("severity"));
        assert_eq!(nearest("payer", known.into_iter()), None);
    }
}
