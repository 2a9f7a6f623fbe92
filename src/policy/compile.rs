//! Documents become a policy: rows are checked, resolved and put into tables.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::value::{Date, DateRange, Modifier};

use super::answer::RowRef;
use super::compile_rows::place_row;
use super::dated::{Misfit, Standing};
use super::document::{Document, HeaderAt, RawRow};
use super::error::{PolicyError, Problem};
use super::facts::Program;
use super::placing::{Compiler, Placing};
use super::schema::Kind;
use super::tables::{Extended, Policy, PolicyFile, RowMeta, Source};
use super::words::bare;

/// Builds a policy of its own files, and of its base's tables of those kinds that
/// its own files have none of. What telehealth is comes from one of the two alone: a payer's
/// periods say nothing beside another's code lists.
pub(super) fn compile(own: &[Document], base: &[Document]) -> (Policy, Vec<PolicyError>) {
    let mut compiler = Compiler {
        policy: Policy::empty(""),
        errors: Vec::new(),
    };
    for document in own {
        if let Some(header) = &document.header {
            compiler.header(document, header);
            break;
        }
    }
    let own_kinds: BTreeSet<Kind> = own
        .iter()
        .flat_map(|document| document.rows.iter().map(|row| row.kind))
        .collect();
    for document in own {
        compiler.rows(document, None, |_| true);
    }
    let own_telehealth = own_kinds.contains(&Kind::Telehealth);
    let extended = base.iter().find_map(|document| {
        let header = &document.header.as_ref()?.header;
        Some(Extended {
            key: header.key.clone(),
            name: header.name.clone(),
            publisher: header.publisher.clone(),
        })
    });
    for document in base {
        compiler.rows(document, extended.as_ref(), |kind| {
            !(own_kinds.contains(&kind) || own_telehealth && kind.is_the_payers_telehealth())
        });
    }
    compiler.settle();
    (compiler.policy, compiler.errors)
}

impl Compiler {
    fn header(&mut self, document: &Document, at: &HeaderAt) {
        let header = &at.header;
        let expected = match header.program {
            Program::Medicare => header.key == "medicare" || header.key.starts_with("medicare/"),
            Program::Medicaid => header.key == format!("medicaid/{}", header.jurisdiction),
            Program::Commercial => header
                .key
                .strip_prefix("commercial/")
                .is_some_and(|name| !name.is_empty()),
        };
        if !expected {
            let message = format!(
                "key `{}` does not fit program `{}` and jurisdiction `{}`",
                header.key,
                header.program.as_str(),
                header.jurisdiction
            );
            self.fault(&document.file, at.line, Problem::Contradiction(message));
        }
        let disciplines = header.disciplines.as_deref().map(bare);
        let known = |modifier: &Modifier| matches!(&modifier.bytes(), b"GP" | b"GO" | b"GN");
        if !disciplines.iter().flatten().all(known) {
            let message = "`disciplines` are GP (physical), GO (occupational) and GN (speech)";
            self.fault(
                &document.file,
                at.line,
                Problem::Contradiction(message.to_owned()),
            );
        }
        let policy = &mut self.policy;
        policy.disciplines = disciplines.or_else(|| Some([Modifier::parse(b"GP")?].into()));
        policy.key.clone_from(&header.key);
        policy.name.clone_from(&header.name);
        policy.program = header.program;
        policy.jurisdiction.clone_from(&header.jurisdiction);
        policy.publisher.clone_from(&header.publisher);
        policy.summary = header.summary.clone().unwrap_or_default();
        policy.payer_ids.clone_from(&header.payer_ids);
        policy.as_of = header.as_of.map(|day| day.0);
    }

    fn rows(
        &mut self,
        document: &Document,
        extended: Option<&Extended>,
        wanted: impl Fn(Kind) -> bool,
    ) {
        self.policy.texts.push(PolicyFile {
            file: document.file.clone(),
            text: document.text.clone(),
            extended: extended.cloned(),
        });
        let first_source = self.policy.sources.len();
        self.policy
            .sources
            .extend(document.sources.iter().map(|(id, entry)| Source {
                id: id.clone(),
                title: entry.title.clone(),
                publisher: entry.publisher.clone(),
                url: entry.url.clone(),
                dated: entry.dated.clone(),
            }));
        for row in document.rows.iter().filter(|row| wanted(row.kind)) {
            self.row(document, row, first_source);
        }
    }

    fn row(&mut self, document: &Document, row: &RawRow, first_source: usize) {
        let common = &row.common;
        let days = DateRange {
            from: common.from.0,
            through: common.through.map_or(Date::MAX, |day| day.0),
        };
        if days.through < days.from {
            let problem = Problem::DateOrder {
                from: days.from.to_string(),
                through: days.through.to_string(),
            };
            self.fault(&document.file, row.line, problem);
            return;
        }
        let sources = self.sources(document, row, first_source);
        let reference = RowRef(u32::try_from(self.policy.rows.len()).unwrap_or(u32::MAX));
        self.policy.rows.push(RowMeta {
            kind: row.kind,
            text: self.policy.texts.len().saturating_sub(1),
            line: row.line,
            days,
            confidence: common.confidence,
            cap: common.severity,
            sources,
            note: common.note.clone(),
            gap_before: common.gap_before.clone(),
            keys: row.keys.clone().into(),
            cited: OnceLock::new(),
        });
        let at = Placing {
            file: &document.file,
            line: row.line,
            days,
            standing: Standing {
                confidence: common.confidence,
                cap: common.severity,
                row: reference,
            },
        };
        place_row(self, &at, &row.body);
    }

    fn sources(&mut self, document: &Document, row: &RawRow, first_source: usize) -> Box<[usize]> {
        if row.common.source.is_empty() {
            self.fault(&document.file, row.line, Problem::NoSource);
        }
        let mut found = Vec::with_capacity(row.common.source.len());
        for id in &row.common.source {
            let index = document
                .sources
                .binary_search_by(|(candidate, _)| candidate.as_str().cmp(id));
            if let Ok(index) = index {
                found.push(first_source + index);
                continue;
            }
            let problem = Problem::UnknownSource {
                id: id.clone(),
                known: document.sources.iter().map(|(id, _)| id.clone()).collect(),
            };
            self.fault(&document.file, row.line, problem);
        }
        found.into()
    }

    /// Sorts every table and reports the rows that do not fit together.
    fn settle(&mut self) {
        let policy = &mut self.policy;
        let edits = &mut policy.edits;
        let mut misfits = Vec::new();
        misfits.append(&mut policy.telehealth.settle());
        misfits.append(&mut policy.places.settle());
        misfits.append(&mut policy.codes.settle());
        for required in &mut policy.required {
            misfits.append(&mut required.settle());
        }
        misfits.append(&mut policy.refused.settle());
        misfits.append(&mut policy.only_with.settle());
        misfits.append(&mut policy.not_together.settle());
        misfits.append(&mut policy.communication.settle());
        misfits.append(&mut policy.hands_on.settle());
        misfits.append(&mut edits.therapy.settle());
        edits.note_therapy_days();
        misfits.append(&mut edits.assistant.settle());
        misfits.append(&mut edits.assistant_doubt.settle());
        misfits.append(&mut edits.mue.settle());
        misfits.append(&mut edits.pairs.settle());
        misfits.append(&mut edits.withdrawn.settle());
        edits.pair_up();
        misfits.append(&mut edits.bypass.settle());
        misfits.append(&mut edits.timed.settle());
        misfits.append(&mut edits.one_unit.settle());
        misfits.append(&mut edits.added.settle());
        misfits.append(&mut edits.deleted.settle());
        misfits.append(&mut edits.status.settle());
        misfits.append(&mut edits.kx.settle());
        misfits.append(&mut edits.filing.settle());
        misfits.append(&mut edits.frequency.settle());
        misfits.append(&mut edits.certifying.settle());
        misfits.append(&mut edits.add_on.settle());
        misfits.append(&mut edits.claim_rules.settle());

        // Every fact holds on the days of its row.
        let mut turns: Vec<Date> = policy
            .rows
            .iter()
            .flat_map(|row| [row.days.from, row.days.through.plus_days(1)])
            .collect();
        turns.sort_unstable();
        turns.dedup();
        policy.turns = turns;

        // Two rows of a dozen codes each misfit a dozen times; once is enough.
        let mut told = BTreeSet::new();
        for misfit in misfits {
            let (Misfit::Overlap { earlier, later } | Misfit::Gap { earlier, later }) = misfit;
            if told.insert((earlier, later))
                && let Some(error) = self.misfit(misfit, earlier, later)
            {
                self.errors.push(error);
            }
        }
        for row in self.policy.impossible_modifiers() {
            let (file, line) = self.policy.cite(row).place();
            let told = (self.errors.iter()).any(|error| error.file == file && error.line == line);
            if !told {
                let message = "the payer wants one of these modifiers and refuses every one";
                let problem = Problem::Contradiction(message.to_owned());
                self.errors.push(PolicyError {
                    file: file.to_owned(),
                    line,
                    problem,
                });
            }
        }
    }

    fn misfit(&self, misfit: Misfit, earlier: RowRef, later: RowRef) -> Option<PolicyError> {
        let row = |reference: RowRef| self.policy.rows.get(reference.0 as usize);
        let (earlier, later) = (row(earlier)?, row(later)?);
        let kind = later.kind.as_str();
        let other_line = earlier.line;
        let other_days = if earlier.days.through == Date::MAX {
            format!("{}..", earlier.days.from)
        } else {
            format!("{}..{}", earlier.days.from, earlier.days.through)
        };
        let problem = match misfit {
            Misfit::Overlap { .. } => Problem::Overlap {
                kind,
                other_line,
                other_days,
            },
            Misfit::Gap { .. } if later.gap_before.is_some() => return None,
            Misfit::Gap { .. } => Problem::Gap {
                kind,
                other_line,
                other_days,
            },
        };
        Some(PolicyError {
            file: self.policy.texts.get(later.text)?.file.clone(),
            line: later.line,
            problem,
        })
    }
}
