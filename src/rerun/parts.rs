//! Edited rejects may be run again in parts, which all bear the control numbers that the
//! rejects were given. That claims of such an interchange were accepted is no reason to refuse
//! the others: the claims themselves are known (DUP003), and the clean file of each part gets
//! an interchange number of its own. Only of replacements and voids, which are no duplicates,
//! the number must tell that they come a second time.

use std::collections::HashSet;

use super::earlier::EarlierRun;
use super::listing::Contents;
use crate::ledger::{Ledger, LedgerError};

/// CLM05-3 of an original.
const ORIGINAL: &str = "1";

impl EarlierRun {
    /// The numbers of interchanges (ISA13) in these edited rejects that may come again.
    pub(super) fn may_come_again(
        &self,
        contents: &Contents,
        ledger: Option<&Ledger>,
    ) -> Result<HashSet<String>, LedgerError> {
        let given = self.numbers[0].clone();
        let others = contents.claims.iter();
        let mut others = others
            .filter(|claim| &*claim.frequency != ORIGINAL)
            .peekable();
        let Some(ledger) = ledger.filter(|_| others.peek().is_some()) else {
            return Ok(given);
        };
        let sent = given
            .iter()
            .map(|number| ledger.corrections_accepted(number));
        let sent = sent.collect::<Result<Vec<_>, _>>()?.concat();
        let came = others.any(|claim| {
            let name = ledger
                .hash()
                .name(claim.id.as_bytes(), claim.provider.as_bytes());
            sent.contains(&(name, claim.frequency.as_ref().to_owned()))
        });
        Ok(if came { HashSet::new() } else { given })
    }
}
