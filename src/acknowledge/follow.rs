//! Listens to the scrub and writes down, on the workers, what the answers say of each
//! thing; the keeper puts it in order and adds what only the whole knows.

use super::frame::{Frame, Kind};
use super::write::{Writer, delimiters};
use super::{ack277ca, ack999};
use crate::scrub::item::Fate;
use crate::scrub::listener::{EnvelopeSegment, JudgedClaim, Listener, SetFindings, SetHeader};
use crate::value::Date;
use crate::x12::{Segment, SegmentKind};

/// Listens for the acknowledgements of a run on this day.
#[derive(Clone, Copy, Debug)]
pub struct Follower {
    /// The day of the run.
    pub today: Date,
}

impl Listener for Follower {
    fn envelope(&self, envelope: &EnvelopeSegment<'_>, kept: &mut Vec<u8>) {
        let (kind, elements) = match envelope.kind {
            SegmentKind::Isa => (Kind::Interchange, 16),
            SegmentKind::Gs => (Kind::Group, 8),
            SegmentKind::St => (Kind::Set, 3),
            SegmentKind::Se => (Kind::SetEnd, 0),
            SegmentKind::Ge => (Kind::GroupEnd, 1),
            SegmentKind::Iea => (Kind::InterchangeEnd, 0),
            SegmentKind::Hl | SegmentKind::Clm | SegmentKind::Other => return,
        };
        let mut frame = Frame::new(kept, kind);
        if matches!(kind, Kind::Interchange | Kind::Group | Kind::Set) {
            frame.number(envelope.offset);
        }
        if kind == Kind::Interchange {
            let own = delimiters(envelope.delimiters);
            frame.text(&[own.element, own.component, own.repetition, own.segment]);
        }
        for position in 1..=elements {
            frame.text(envelope.segment.element(position));
        }
    }

    fn set(&self, set: &SetHeader<'_>, kept: &mut Vec<u8>) {
        let (from, to) = set.segments;
        let find = |id: &[u8], qualifier: &[u8]| -> Option<Segment<'_>> {
            (from..to)
                .map(|index| set.text.segment(index))
                .find(|segment| {
                    segment.id() == id && (qualifier.is_empty() || segment.element(1) == qualifier)
                })
        };
        let element = |segment: Option<Segment<'_>>, position| {
            segment.map_or_else(Vec::new, |segment| segment.element(position).to_vec())
        };
        let (begin, submitter, receiver) =
            (find(b"BHT", b""), find(b"NM1", b"41"), find(b"NM1", b"40"));
        let mut frame = Frame::new(kept, Kind::Header);
        frame.number(u64::from(set.rejected));
        frame.text(&element(begin, 3));
        for position in [2, 3, 4, 5, 9] {
            frame.text(&element(submitter, position));
        }
        for position in [3, 9] {
            frame.text(&element(receiver, position));
        }
    }

    fn set_findings(&self, found: &SetFindings<'_>, kept: &mut Vec<u8>) {
        if !ack999::any(found.findings.iter()) {
            return;
        }
        let own = delimiters(found.text.delimiters);
        let mut segments = 0;
        Frame::new(kept, Kind::Faults)
            .written(|out| {
                let mut out = Writer::new(out, own);
                let all = found.findings.iter();
                ack999::faults(&mut out, all, &found.text, found.positions, None);
                segments = out.segments;
            })
            .number(segments);
    }

    fn claim(&self, judged: &JudgedClaim<'_>, kept: &mut Vec<u8>) {
        let claim = judged.claim;
        let own = delimiters(claim.text.delimiters);
        let billing = claim.billing.name.or(claim.billing.hl);
        let provider = billing.map_or(u64::MAX, |index| {
            claim.text.offset(claim.text.segment(index).start())
        });
        let mut frame = Frame::new(kept, Kind::Claim);
        frame
            .number(provider)
            .number(match judged.fate {
                Fate::Clean => 0,
                Fate::Held => 1,
                Fate::Rejected => 2,
            })
            .number(u64::from(judged.set_rejected))
            .number(judged.charge.0.cast_unsigned());
        // Faults of syntax: of the levels, which the claims below share, and its own.
        let levels = [
            claim.billing.hl,
            claim.subscriber.hl,
            claim.patient.and_then(|patient| patient.hl),
        ];
        let clm = claim.parts.clm;
        for (depth, from) in levels.iter().enumerate() {
            let from = from.unwrap_or(u32::MAX);
            let to = levels[depth + 1..]
                .iter()
                .flatten()
                .next()
                .copied()
                .unwrap_or(clm);
            noted(&mut frame, judged, (from, to), None);
        }
        noted(&mut frame, judged, (clm, u32::MAX), Some(claim.id()));
        // The 277CA.
        let mut segments = 0;
        frame
            .written(|out| ack277ca::provider(&mut Writer::new(out, own), claim))
            .written(|out| {
                let mut out = Writer::new(out, own);
                ack277ca::claim(&mut out, judged, self.today);
                segments = out.segments;
            })
            .number(segments);
    }
}

/// Adds the faults of syntax in segments from one index to before another.
fn noted(
    frame: &mut Frame<'_>,
    judged: &JudgedClaim<'_>,
    (from, to): (u32, u32),
    claim_id: Option<&[u8]>,
) {
    let findings = || {
        judged
            .findings
            .iter()
            .filter(|finding| (from..to).contains(&finding.spot.segment))
    };
    let text = &judged.claim.text;
    let mut segments = 0;
    frame
        .written(|out| {
            if ack999::any(findings()) {
                let mut out = Writer::new(out, delimiters(text.delimiters));
                ack999::faults(&mut out, findings(), text, judged.positions, claim_id);
                segments = out.segments;
            }
        })
        .number(segments);
}
