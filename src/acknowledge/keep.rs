//! Puts what the workers wrote down in order, and writes the three files.

use std::io;
use std::path::Path;

use super::ack277ca::{SetAnswer, Sums};
use super::ack999::{GroupAnswer, SetCounts, Verdict};
use super::envelope::{Envelopes, Received};
use super::frame::{Frames, Kind};
use super::ta1;
use crate::emit::numbers::FreshNumbers;
use crate::emit::publish::Output;
use crate::rules::{Acknowledgement, faults};
use crate::scrub::judge::{Judgement, Notes};
use crate::scrub::listener::Keeper;
use crate::scrub::tally::Sum;
use crate::value::{Cents, Severity};
use crate::x12::Delimiters;
use crate::x12::survey::{Fault, Scope, Survey};

/// What was answered.
#[derive(Clone, Copy, Default, Debug)]
pub struct Answered {
    /// Interchanges accepted, accepted with errors, and rejected by their TA1.
    pub interchanges: [u64; 3],
    /// Transaction sets accepted, accepted with errors, and rejected by the 999.
    pub sets: [u64; 3],
    /// Claims accepted by the 277CA.
    pub accepted: Sum,
    /// Claims rejected by the 277CA.
    pub rejected: Sum,
}

/// Writes the acknowledgements of one input.
pub struct Acknowledgements<'a> {
    notes: &'a Notes<'a>,
    judgement: &'a Judgement,
    survey: &'a Survey,
    folder: &'a Path,
    numbers: FreshNumbers,
    ta1: Envelopes<Output>,
    ack999: Envelopes<Output>,
    ack277ca: Envelopes<Output>,
    /// The interchange that is being answered; none when its TA1 rejects it.
    received: Option<Received>,
    /// GS01 to GS08 of the open functional group.
    group: Option<[Vec<u8>; 8]>,
    group_answer: Option<GroupAnswer>,
    set_answer: Option<SetAnswer>,
    /// Whether the answering 999 and 277CA have their ISA, and the 277CA its GS.
    open_999: bool,
    open_277ca: bool,
    open_277ca_group: bool,
    answered: Answered,
    /// The note by which every TA1 rejects: the input is refused as a whole.
    refused: Option<&'static str>,
}

impl std::fmt::Debug for Acknowledgements<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acknowledgements")
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

/// How grave a fault is to the interchange it stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Weight {
    /// Nothing is lost by it.
    Warns,
    /// It costs what it is about.
    Costs,
    /// It costs the interchange.
    Rejects,
}

const BEFORE_ANY: Delimiters = Delimiters::USUAL;

impl<'a> Acknowledgements<'a> {
    /// Answers to this input. `output` makes the file of a kind.
    #[must_use]
    pub fn new(
        notes: &'a Notes<'a>,
        judgement: &'a Judgement,
        survey: &'a Survey,
        folder: &'a Path,
        output: impl Fn(&str) -> Output,
    ) -> Acknowledgements<'a> {
        let envelopes = |kind| Envelopes::new(output(kind), judgement.today, BEFORE_ANY);
        Acknowledgements {
            notes,
            judgement,
            survey,
            folder,
            numbers: FreshNumbers::new(&survey.hash, "acknowledgements"),
            ta1: envelopes("ta1.edi"),
            ack999: envelopes("999.edi"),
            ack277ca: envelopes("277ca.edi"),
            received: None,
            group: None,
            group_answer: None,
            set_answer: None,
            open_999: false,
            open_277ca: false,
            open_277ca_group: false,
            answered: Answered::default(),
            refused: None,
        }
    }

    /// The same, every interchange rejected with this note: what is accepted here would be
    /// taken for sent on, and nothing of the input is.
    #[must_use]
    pub fn refusing(self, refused: Option<&'static str>) -> Acknowledgements<'a> {
        Acknowledgements { refused, ..self }
    }

    /// All was taken: the TA1, the 999 and the 277CA, and what they say.
    ///
    /// # Errors
    /// When they can't be written.
    pub fn finish(mut self) -> io::Result<([Output; 3], Answered)> {
        self.end_interchange()?;
        let outputs = [
            self.ta1.into_inner(),
            self.ack999.into_inner(),
            self.ack277ca.into_inner(),
        ];
        Ok((outputs, self.answered))
    }

    /// The codes of the faults of the envelope that starts here, and whether they reject.
    fn faults(&self, at: u64, scope: Scope) -> Vec<(Acknowledgement, bool)> {
        let told = self.notes.at(Some(at), scope).filter_map(|note| {
            let told = faults::describe(note);
            let severity = self.judgement.envelope_severity(&told)?;
            Some((told.answer, severity))
        });
        told.filter(|(_, severity)| *severity >= Severity::Warn)
            .map(|(answer, severity)| (answer, severity == Severity::Reject))
            .collect()
    }

    /// The codes of what no functional group of the interchange that starts here holds, or no
    /// 999 has a code for: no other answer tells of it.
    fn outside(&self, at: u64) -> impl Iterator<Item = (Acknowledgement, Weight)> {
        let told = self.notes.outside(at).filter_map(|note| {
            let told = faults::describe(note);
            let costs = self.judgement.envelope_severity(&told)? == Severity::Reject;
            let weight = if costs { Weight::Costs } else { Weight::Warns };
            // A byte or two that are no segment are not worth an answer.
            (costs || matches!(note.fault, Fault::Unopened | Fault::Surplus { .. }))
                .then_some((told.answer, weight))
        });
        told.collect::<Vec<_>>().into_iter()
    }

    fn interchange(&mut self, frames: &mut Frames<'_>) -> io::Result<()> {
        self.end_interchange()?;
        let at = frames.number();
        let delimiters = match *frames.text() {
            [element, component, repetition, segment] => Delimiters {
                element,
                component,
                repetition,
                segment,
            },
            _ => BEFORE_ANY,
        };
        let received = Received {
            delimiters,
            isa: frames.texts(),
        };
        let weight = |rejects| {
            if rejects {
                Weight::Rejects
            } else {
                Weight::Warns
            }
        };
        let own = self.faults(at, Scope::Interchange).into_iter();
        let own = own.map(|(answer, rejects)| (answer, weight(rejects)));
        let mut gravest = self.refused.map(|note| (Weight::Rejects, note));
        for (answer, weight) in own.chain(self.outside(at)) {
            let note = match answer {
                Acknowledgement::Ta1(note) => note,
                _ if weight == Weight::Rejects => "024",
                _ => continue,
            };
            if gravest.is_none_or(|(worst, _)| weight > worst) {
                gravest = Some((weight, note));
            }
        }
        let gravest = gravest.map(|(weight, note)| ta1::Answer {
            note,
            rejects: weight == Weight::Rejects,
        });
        let number = self.numbers.next(&self.survey.numbers);
        ta1::answer(&mut self.ta1, &received, number, gravest)?;
        let verdict = match gravest {
            None => 0,
            Some(fault) if fault.rejects => 2,
            Some(_) => 1,
        };
        self.answered.interchanges[verdict] += 1;
        self.received = (verdict != 2).then_some(received);
        Ok(())
    }

    fn end_interchange(&mut self) -> io::Result<()> {
        self.end_group(&[])?;
        if std::mem::take(&mut self.open_999) {
            self.ack999.end_interchange()?;
        }
        if std::mem::take(&mut self.open_277ca) {
            self.ack277ca.end_interchange()?;
        }
        self.received = None;
        Ok(())
    }

    fn group(&mut self, frames: &mut Frames<'_>) -> io::Result<()> {
        self.end_group(&[])?;
        let at = frames.number();
        let gs: [Vec<u8>; 8] = frames.texts();
        let Some(received) = &self.received else {
            return Ok(());
        };
        if gs.first().is_some_and(|functional| functional == b"FA") {
            // An acknowledgement is never acknowledged.
            return Ok(());
        }
        let mut verdict = Verdict::default();
        for (answer, rejects) in self.faults(at, Scope::Group) {
            if let Acknowledgement::Group(code) = answer {
                verdict.add(code, rejects);
            } else {
                verdict.rejected |= rejects;
            }
        }
        if !self.open_999 {
            let number = self.numbers.next(&self.survey.numbers);
            self.ack999.start_interchange(received, number)?;
            self.open_999 = true;
        }
        let [functional, sender, receiver, .., number, _, version] = &gs;
        self.ack999
            .start_group("FA", [sender, receiver], "005010X231A1")?;
        let answer = GroupAnswer::start(&mut self.ack999, [functional, number, version], verdict)?;
        self.group_answer = Some(answer);
        self.group = Some(gs);
        Ok(())
    }

    fn end_group(&mut self, said: &[u8]) -> io::Result<()> {
        self.end_set()?;
        if let Some(answer) = self.group_answer.take() {
            let SetCounts {
                accepted,
                noted,
                rejected,
            } = answer.end(&mut self.ack999, said)?;
            for (sum, count) in self
                .answered
                .sets
                .iter_mut()
                .zip([accepted, noted, rejected])
            {
                *sum += count;
            }
            self.ack999.end_group()?;
        }
        if std::mem::take(&mut self.open_277ca_group) {
            self.ack277ca.end_group()?;
        }
        self.group = None;
        Ok(())
    }

    fn set(&mut self, frames: &mut Frames<'_>) -> io::Result<()> {
        self.end_set()?;
        let at = frames.number();
        let st: [Vec<u8>; 3] = frames.texts();
        let mut verdict = Verdict::default();
        let faults = self.faults(at, Scope::Set);
        let Some(answer) = &mut self.group_answer else {
            return Ok(());
        };
        for (fault, rejects) in faults {
            match fault {
                Acknowledgement::Set(code) => verdict.add(code, rejects),
                Acknowledgement::Group(code) => answer.fault(code, rejects),
                _ => verdict.rejected |= rejects,
            }
        }
        verdict.rejected |= answer.is_rejected();
        let [id, number, version] = &st;
        answer.start_set(&mut self.ack999, [id, number, version], verdict)
    }

    fn end_set(&mut self) -> io::Result<()> {
        if let Some(answer) = &mut self.group_answer {
            answer.end_set(&mut self.ack999)?;
        }
        let Some(answer) = self.set_answer.take() else {
            return Ok(());
        };
        let (Some(received), Some(gs), true) = (&self.received, &self.group, answer.has_claims())
        else {
            return Ok(());
        };
        if !std::mem::replace(&mut self.open_277ca, true) {
            let number = self.numbers.next(&self.survey.numbers);
            self.ack277ca.start_interchange(received, number)?;
        }
        if !std::mem::replace(&mut self.open_277ca_group, true) {
            let [_, sender, receiver, ..] = gs;
            self.ack277ca
                .start_group("HN", [sender, receiver], "005010X214")?;
        }
        let reference = self.numbers.next(&self.survey.numbers).to_string();
        let Sums { accepted, rejected } = answer.end(&mut self.ack277ca, &reference)?;
        self.answered.accepted = self.answered.accepted.plus(accepted);
        self.answered.rejected = self.answered.rejected.plus(rejected);
        Ok(())
    }

    fn header(&mut self, frames: &mut Frames<'_>) {
        let rejected = frames.number() != 0;
        let header: [Vec<u8>; 8] = frames.texts();
        let (Some(answer), Some(received)) = (&mut self.group_answer, &self.received) else {
            return;
        };
        if rejected {
            answer.reject_set();
        } else {
            self.set_answer = Some(SetAnswer::start(
                header,
                received.delimiters,
                self.judgement.today,
                self.folder,
            ));
        }
    }

    fn faults_of_set(&mut self, frames: &mut Frames<'_>) -> io::Result<()> {
        let (segments, count) = (frames.text(), frames.number());
        match &mut self.group_answer {
            Some(answer) => answer.faults(&mut self.ack999, segments, count),
            None => Ok(()),
        }
    }

    fn claim(&mut self, frames: &mut Frames<'_>) -> io::Result<()> {
        let (provider, fate) = (frames.number(), frames.number());
        let set_rejected = frames.number() != 0;
        let charge = Cents(frames.number().cast_signed());
        let mut nobody = GroupAnswer::default();
        let open = self.group_answer.is_some();
        let answer = self.group_answer.as_mut().unwrap_or(&mut nobody);
        answer.claim(&mut self.ack999, frames)?;
        let sum = Sum {
            claims: 1,
            charges: charge.into(),
        };
        let mut sums = Sums::default();
        match fate {
            2 => sums.rejected = sum,
            _ => sums.accepted = sum,
        }
        let answered = open && !set_rejected;
        if let Some(answer) = self.set_answer.as_mut().filter(|_| answered) {
            return answer.claim(provider, sums, frames);
        }
        SetAnswer::pass_over(frames);
        Ok(())
    }
}

impl Keeper for Acknowledgements<'_> {
    fn take(&mut self, kept: &[u8]) -> io::Result<()> {
        let mut frames = Frames(kept);
        while let Some(kind) = frames.kind() {
            match kind {
                Kind::Interchange => self.interchange(&mut frames)?,
                Kind::Group => self.group(&mut frames)?,
                Kind::Set => self.set(&mut frames)?,
                Kind::Header => self.header(&mut frames),
                Kind::Faults => self.faults_of_set(&mut frames)?,
                Kind::Claim => self.claim(&mut frames)?,
                Kind::SetEnd => self.end_set()?,
                Kind::GroupEnd => {
                    let said = frames.text();
                    self.end_group(said)?;
                }
                Kind::InterchangeEnd => self.end_interchange()?,
            }
        }
        Ok(())
    }
}
