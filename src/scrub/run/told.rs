//! What the manifest tells of a run.

use std::collections::BTreeMap;

use super::current::Run;
use super::judging::Sums;
use super::outputs::Outputs;
use super::totals;
use crate::emit::manifest::{FORMAT, InputRecord, Manifest, RuleRecord};
use crate::ledger::Entry;
use crate::scrub::digest::Digest;
use crate::scrub::known::Known;
use crate::scrub::tally::Tally;
use crate::x12::survey::Survey;

impl Run<'_> {
    /// What is known of the run before a claim is judged.
    pub(super) fn manifest(&self, survey: &Survey, entry: Option<&Entry<'_>>) -> Manifest {
        let path = self.input.path.as_ref();
        let name = path.and_then(|path| path.file_name());
        let policy = self.workplace.judgement.policies.version();
        Manifest {
            format: FORMAT,
            status: "scrubbed".to_owned(),
            program: concat!("telescrub ", env!("CARGO_PKG_VERSION")).to_owned(),
            run: self.identity(&survey.hash, &policy, entry),
            policy,
            today: self.workplace.judgement.today.to_string(),
            rerun_of: self.workplace.rerun_of.to_vec(),
            input: InputRecord::of(
                name.map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into()),
                survey,
            ),
            ..Manifest::default()
        }
    }

    /// Tells what came of the claims; answers with what those of the outputs add up to.
    pub(super) fn tell_judged(
        manifest: &mut Manifest,
        survey: &Survey,
        judged: &Sums,
        outputs: &mut Outputs,
    ) -> Digest {
        for enveloper in [&mut outputs.rejects, &mut outputs.held] {
            let maps = std::mem::take(&mut enveloper.control_numbers);
            manifest.control_numbers.extend(&maps);
        }
        let (sums, claims) = outputs.claim_sums();
        manifest.claims = sums;
        manifest.totals = totals::totals(survey, &judged.tally);
        manifest.fixes = (judged.fixes.fixes > 0).then(|| judged.fixes.clone());
        manifest.rules = rules(&judged.tally);
        claims
    }

    /// The identity of a run: what determines its outputs.
    fn identity(&self, hash: &str, policy: &str, entry: Option<&Entry<'_>>) -> String {
        let judgement = self.workplace.judgement;
        let mut hasher = blake3::Hasher::new();
        for part in [
            hash,
            policy,
            env!("CARGO_PKG_VERSION"),
            &judgement.today.to_string(),
            &judgement.fingerprint(),
        ] {
            hasher.update(part.as_bytes());
            hasher.update(b"\0");
        }
        // What was accepted before decides as well.
        if let Some(before) = self.workplace.rerun_of.first() {
            hasher.update(before.as_bytes());
        }
        if self.workplace.known.is_some_and(Known::is_unreviewed) {
            hasher.update(b"unreviewed");
        }
        if let Some(entry) = entry {
            hasher.update(&entry.run().to_le_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }
}

/// How often each rule was told.
fn rules(tally: &Tally) -> BTreeMap<String, RuleRecord> {
    let counted = tally.rules.iter().map(|(code, tally)| {
        let record = RuleRecord {
            reject: tally.reject,
            warn: tally.warn,
            info: tally.info,
        };
        ((*code).to_owned(), record)
    });
    counted.collect()
}
