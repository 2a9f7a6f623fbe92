//! What each other payer paid on lines, added up in one pass over the claim: 2430 names its
//! payer by SVD01, which is NM109 of one 2330B.

use crate::claim::Claim;
use crate::value::{Cents, CentsTotal};

/// What another payer paid on lines and on how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::rules) struct OnLines {
    /// The sum of SVD02; `None` when one cannot be read.
    pub paid: Option<CentsTotal>,
    /// Lines it judged.
    pub lines: usize,
    /// The first line, from 1, on which it says when (DTP*573), and that segment.
    pub dated: Option<(u32, u32)>,
    /// The line it judged latest.
    latest: Option<usize>,
}

/// What each payer of the claim paid on lines, in the order of the payers; `None` when the
/// lines' payers cannot be told apart, so that nothing can be said.
pub(in crate::rules) fn on_lines(claim: &Claim<'_>) -> Option<Vec<OnLines>> {
    let text = &claim.text;
    let payers = claim.parts.others.iter();
    let payers = payers.map(|other| text.element(other.payer, 9));
    let judged = claim.lines().iter().enumerate().flat_map(|(line, of)| {
        of.adjudications.iter().map(move |adjudication| {
            let svd = text.segment(adjudication.svd);
            let dated = adjudication.date.map(|date| (of.number, date));
            (line, svd.element(1), Cents::parse(svd.element(2)), dated)
        })
    });
    add_up(payers, judged)
}

/// Adds up what was judged (line, payer, paid, dated) by payer. A payer is looked up in a sorted list:
/// a claim may have very many of them, and of judgements.
fn add_up<Id: Ord>(
    payers: impl Iterator<Item = Id>,
    judged: impl Iterator<Item = (usize, Id, Option<Cents>, Option<(u32, u32)>)>,
) -> Option<Vec<OnLines>> {
    let mut sorted: Vec<(Id, usize)> = payers.zip(0..).collect();
    sorted.sort_unstable();
    let nothing = OnLines {
        paid: Some(CentsTotal::ZERO),
        lines: 0,
        dated: None,
        latest: None,
    };
    let mut sums = vec![nothing; sorted.len()];
    for (line, payer, paid, dated) in judged {
        let from = sorted.partition_point(|(id, _)| *id < payer);
        let mut named = sorted[from..].iter().take_while(|(id, _)| *id == payer);
        let (Some(&(_, at)), None) = (named.next(), named.next()) else {
            return None;
        };
        let sum = sums.get_mut(at)?;
        sum.paid = sum.paid.zip(paid).map(|(all, more)| all.plus(more));
        sum.dated = sum.dated.or(dated);
        if sum.latest != Some(line) {
            sum.latest = Some(line);
            sum.lines += 1;
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::cmp::Ordering;

    use super::*;
    use crate::x12::limits::PARTS;

    /// An identifier that counts how often one was compared.
    #[derive(Clone, Copy)]
    struct Counted<'a>(usize, &'a Cell<usize>);

    impl Ord for Counted<'_> {
        fn cmp(&self, other: &Self) -> Ordering {
            self.1.set(self.1.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Counted<'_> {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }

    impl Eq for Counted<'_> {}

    #[test]
    fn the_most_payers_on_the_most_lines_are_compared_a_few_times_each() {
        let compared = Cell::new(0);
        let payers = (0..PARTS).map(|id| Counted(id, &compared));
        let cent = Cents::parse(b"0.01");
        let judged = (0..PARTS * PARTS).map(|judgement| {
            (
                judgement / PARTS,
                Counted(judgement % PARTS, &compared),
                cent,
                None,
            )
        });
        let sums = add_up(payers, judged).unwrap();
        let all = Cents::parse(b"2").map(CentsTotal::from);
        assert!(sums.iter().all(|sum| sum.lines == PARTS && sum.paid == all));
        assert!(compared.get() < 16 * PARTS * PARTS, "{}", compared.get());
    }

    #[test]
    fn a_payer_that_is_named_twice_or_not_at_all_is_not_told_apart() {
        let judged = |payer| [(0, payer, Cents::parse(b"5"), None)].into_iter();
        assert!(add_up([1, 2, 1].into_iter(), judged(1)).is_none());
        assert!(add_up([1, 2].into_iter(), judged(3)).is_none());
        let sums = add_up([1, 2, 1].into_iter(), judged(2)).unwrap();
        assert_eq!(
            sums.iter().map(|sum| sum.lines).collect::<Vec<_>>(),
            [0, 1, 0]
        );
    }

    #[test]
    fn a_line_judged_twice_is_one_line_and_an_amount_that_cannot_be_read_costs_its_payer() {
        let five = Cents::parse(b"5");
        let judged = [
            (0, 1, five, None),
            (0, 2, None, None),
            (0, 1, five, Some((1, 7))),
            (3, 1, five, Some((4, 9))),
        ];
        let sums = add_up([1, 2].into_iter(), judged.into_iter()).unwrap();
        assert_eq!(sums[0].lines, 2);
        assert_eq!(sums[0].paid, Cents::parse(b"15").map(CentsTotal::from));
        assert_eq!((sums[1].lines, sums[1].paid), (1, None));
        assert_eq!([sums[0].dated, sums[1].dated], [Some((1, 7)), None]);
    }
}
