//! Those who follow a run claim by claim: the report, the acknowledgements, the ledger.

use super::current::Run;
use super::error::RunError;
use super::outputs::Outputs;
use super::totals;
use crate::acknowledge::{self, Acknowledgements, Answered};
use crate::emit::manifest::Manifest;
use crate::emit::publish::Output;
use crate::ledger::{Entry, Listen};
use crate::report::{self, Gathering};
use crate::scrub::judge::Notes;
use crate::scrub::listener::{Keeper, Listener};
use crate::scrub::tally::Tally;
use crate::x12::survey::Survey;

/// Who hears of the claims on the workers, and who keeps what was heard.
type Reporting<'a> = (&'a report::Follower, Gathering<'a>);
type Answering<'a> = (acknowledge::Follower, Acknowledgements<'a>);

/// Those who were asked for.
pub(super) struct Followers<'a> {
    pub report: Option<Reporting<'a>>,
    pub answers: Option<Answering<'a>>,
    pub entry: Option<Entry<'a>>,
}

impl Followers<'_> {
    /// Who listens; and, in the same order, who keeps what each heard.
    pub(super) fn pairs(&mut self) -> (Vec<&dyn Listener>, Vec<&mut dyn Keeper>) {
        let mut listeners: Vec<&dyn Listener> = Vec::new();
        let mut keepers: Vec<&mut dyn Keeper> = Vec::new();
        if let Some((listener, keeper)) = &mut self.report {
            listeners.push(*listener);
            keepers.push(keeper);
        }
        if let Some((listener, keeper)) = &mut self.answers {
            listeners.push(listener);
            keepers.push(keeper);
        }
        if let Some(keeper) = &mut self.entry {
            listeners.push(&Listen);
            keepers.push(keeper);
        }
        (listeners, keepers)
    }
}

impl Run<'_> {
    /// Those who were asked for; `listener` hears for the report.
    pub(super) fn followers<'b>(
        &'b self,
        notes: &'b Notes<'b>,
        survey: &'b Survey,
        listener: &'b report::Follower,
        entry: Option<Entry<'b>>,
    ) -> Followers<'b> {
        let options = &self.workplace.options;
        let answering = acknowledge::Follower {
            today: self.workplace.judgement.today,
        };
        Followers {
            report: (options.report).then(|| (listener, Gathering::new(listener, self.folder))),
            answers: (options.acknowledge)
                .then(|| (answering, self.acknowledgements(notes, survey))),
            entry,
        }
    }

    /// The acknowledgements, to be written.
    pub(super) fn acknowledgements<'b>(
        &'b self,
        notes: &'b Notes<'b>,
        survey: &'b Survey,
    ) -> Acknowledgements<'b> {
        let judgement = self.workplace.judgement;
        Acknowledgements::new(notes, judgement, survey, self.folder, |kind| {
            self.output(kind)
        })
    }

    /// The acknowledgements, written to their end, and what they say; files without anything
    /// where none are asked for.
    pub(super) fn answers(
        &self,
        answers: Option<Answering<'_>>,
        tally: &Tally,
    ) -> Result<([Output; 3], Option<Answered>), RunError> {
        let Some((_, answers)) = answers else {
            let none = ["ta1.edi", "999.edi", "277ca.edi"];
            return Ok((none.map(|kind| self.output(kind)), None));
        };
        totals::check_digits(&self.name(), tally)?;
        let finished = answers.finish();
        let (outputs, answered) = finished.map_err(|error| self.unwritable(error))?;
        totals::check_answers(&self.name(), tally, &answered)?;
        Ok((outputs, Some(answered)))
    }

    /// The page for people.
    pub(super) fn report(
        &self,
        report: Option<Reporting<'_>>,
        manifest: &Manifest,
        survey: &Survey,
        tally: &Tally,
        outputs: &Outputs,
    ) -> Result<Output, RunError> {
        // Never compressed: it is opened by a double click.
        let name = format!("{}.report.html", self.input.stem);
        let mut page = Output::new(self.folder, &name, false).synced(self.workplace.options.sync);
        if let Some((_, gathering)) = report {
            let facts = report::Facts {
                manifest,
                tally,
                survey,
                judgement: self.workplace.judgement,
                annotated: outputs.annotated.name(),
            };
            let written = gathering.write(&mut page, &facts);
            written.map_err(|error| self.unwritable(error))?;
        }
        Ok(page)
    }
}
