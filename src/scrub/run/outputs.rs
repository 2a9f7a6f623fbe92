//! The claims' own outputs, block by block.

use std::io::{self, Write};
use std::path::Path;

use crate::emit::envelope::{Enveloper, Numbering, Source};
use crate::emit::manifest::ClaimSums;
use crate::emit::numbers::FreshNumbers;
use crate::emit::publish::Output;
use crate::emit::record::Record;
use crate::emit::{annotate, jsonl};
use crate::rules::faults;
use crate::scrub::block::{Block, BlockKind};
use crate::scrub::digest::{Claims, Digest};
use crate::scrub::item::Fate;
use crate::scrub::judge::{Judged, Judgement};
use crate::scrub::tally::Tally;
use crate::value::Severity;
use crate::verify::Expected;
use crate::x12::survey::{Scope, Survey};

/// The outputs of one input that claims go to.
pub(super) struct Outputs {
    pub clean: Enveloper<Output>,
    pub rejects: Enveloper<Output>,
    pub held: Enveloper<Output>,
    pub annotated: Output,
    /// Whether the page of the rejects has begun.
    has_page: bool,
    pub findings: Output,
    pub fixes: Output,
    /// The claims as they came in; those that fixes changed, before and after.
    claims: Claims,
    fixed: [Digest; 2],
}

impl Outputs {
    /// `output` makes the file of a kind. The clean file of edited rejects gets interchange
    /// and group numbers of its own, by the identity of this run: other parts of the same
    /// rejects, and the same ones judged otherwise, may have gone out before.
    pub(super) fn new(
        survey: &Survey,
        run: &str,
        folder: &Path,
        rejects_lines: bool,
        of_edited_rejects: bool,
        output: impl Fn(&str) -> Output,
    ) -> Outputs {
        let fresh = |purpose: &str| Numbering::Fresh(FreshNumbers::new(&survey.hash, purpose));
        let kept = if of_edited_rejects {
            Numbering::FreshAround(FreshNumbers::new(run, "clean"))
        } else {
            Numbering::Keep
        };
        let numbers_right = survey.hierarchy.is_empty() && !survey.hierarchy_overflow;
        let enveloper = |output, fate, numbering| {
            Enveloper::new(output, fate, numbering, folder, numbers_right)
        };
        let mut rejects = output("rejects.837");
        if rejects_lines {
            rejects = rejects.in_lines();
        }
        Outputs {
            clean: enveloper(output("clean.837"), Fate::Clean, kept),
            rejects: enveloper(rejects, Fate::Rejected, fresh("rejects")),
            held: enveloper(output("held.837"), Fate::Held, fresh("held")),
            annotated: output("rejects.txt"),
            has_page: false,
            findings: output("findings.jsonl"),
            fixes: output("fixes.jsonl"),
            claims: Claims::default(),
            fixed: [Digest::default(); 2],
        }
    }

    pub(super) fn block(
        &mut self,
        block: &Block,
        judged: &mut Judged,
        survey: &Survey,
    ) -> io::Result<()> {
        let mut changed = Vec::new();
        for mended in &judged.mended {
            let Some(item) = judged.items.get(mended.item) else {
                continue;
            };
            if mended.applied.is_empty() {
                continue;
            }
            let mut bytes = block.bytes[item.start as usize..mended.from].to_vec();
            bytes.extend_from_slice(&mended.bytes);
            bytes.extend_from_slice(&block.bytes[mended.to..item.end as usize]);
            if let Some(delimiters) = block.delimiters {
                let before = &block.bytes[item.start as usize..item.end as usize];
                for (sum, bytes) in self.fixed.iter_mut().zip([before, &bytes]) {
                    *sum = sum.plus(Claims::of(bytes, delimiters).digest());
                }
            }
            changed.push((mended.item, bytes));
            for record in &mended.applied {
                serde_json::to_writer(&mut self.fixes, record)?;
                self.fixes.write_all(b"\n")?;
            }
        }
        let source = Source {
            bytes: &block.bytes,
            delimiters: block.delimiters,
            items: &judged.items,
            changed: &changed,
            used: &survey.numbers,
            refused: &judged.refused,
        };
        for enveloper in [&mut self.clean, &mut self.rejects, &mut self.held] {
            enveloper.block(&source)?;
        }
        self.claims.join(std::mem::take(&mut judged.claims));
        if matches!(block.kind, BlockKind::Piece { .. }) {
            self.claims.piece_of_block(block);
        }
        self.annotate(&judged.annotated)?;
        self.findings.write_all(&judged.jsonl)
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        [&mut self.clean, &mut self.rejects, &mut self.held]
            .into_iter()
            .try_for_each(Enveloper::finish)
    }

    /// What the files with claims must hold, by kind.
    pub(super) fn expected(&self) -> [(&'static str, Expected); 3] {
        let written = [
            ("clean", &self.clean),
            ("rejects", &self.rejects),
            ("held", &self.held),
        ];
        written.map(|(kind, file)| {
            let expected = Expected {
                claims: file.claims,
                segments: file.segments,
                transaction_sets: file.sets,
            };
            (kind, expected)
        })
    }

    /// All outputs of the run by kind, in the order in which they get their names: these, the
    /// report and the acknowledgements.
    pub(super) fn into_files(
        self,
        report: Output,
        [ta1, ack999, ack277ca]: [Output; 3],
    ) -> Vec<(&'static str, Output)> {
        vec![
            ("clean", self.clean.into_inner()),
            ("rejects", self.rejects.into_inner()),
            ("held", self.held.into_inner()),
            ("annotated", self.annotated),
            ("findings", self.findings),
            ("fixes", self.fixes),
            ("report", report),
            ("ta1", ta1),
            ("999", ack999),
            ("277ca", ack277ca),
        ]
    }

    /// Sums over the claims, for the manifest; and what those of the outputs must be.
    pub(super) fn claim_sums(&mut self) -> (ClaimSums, Digest) {
        let input = std::mem::take(&mut self.claims).digest();
        let [before, after] = self.fixed;
        let out = input.minus(before).plus(after);
        let sums = ClaimSums {
            input: input.to_string(),
            out: out.to_string(),
            fixed: (before != after).then(|| self.fixed.map(|sum| sum.to_string())),
        };
        (sums, out)
    }

    /// Faults of the input as a whole come first in the findings.
    pub(super) fn tell_input_notes(
        &mut self,
        survey: &Survey,
        judgement: &Judgement,
        tally: &mut Tally,
    ) -> io::Result<()> {
        let (mut line, mut page) = (Vec::new(), Vec::new());
        for note in &survey.notes {
            if note.scope != Scope::Input {
                continue;
            }
            let told = faults::describe(note);
            let Some(severity) = judgement.envelope_severity(&told) else {
                continue;
            };
            tally.count(told.rule.code, severity);
            let record = Record::envelope(note, severity, note.at);
            line.clear();
            jsonl::envelope(&mut line, &record, note, &told, severity);
            self.findings.write_all(&line)?;
            if severity == Severity::Reject {
                page.clear();
                annotate::envelope(&mut page, &record, note, &told, severity);
                self.annotate(&page)?;
            }
        }
        Ok(())
    }

    /// Appends to the page of the rejects.
    fn annotate(&mut self, paragraphs: &[u8]) -> io::Result<()> {
        if !self.has_page && !paragraphs.is_empty() {
            self.has_page = true;
            self.annotated.write_all(annotate::HEAD.as_bytes())?;
        }
        self.annotated.write_all(paragraphs)
    }
}
