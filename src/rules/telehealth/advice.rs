//! What the helps of telehealth rules say alike: where another place of service goes, which
//! places may be offered, and how live video is marked.

use super::{Channel, PlaceFault, Remote, all_of, is_remote_modifier, one_of};
use crate::claim::{Claim, Line};
use crate::codes::{self, Standing};
use crate::policy::{Answer, Permission, PlaceRule};
use crate::rules::Context;
use crate::value::{Modifier, PlaceOfService, Severity};

/// Most lines that are looked through for one whose place CLM05-1 is too: as many as the
/// guide allows in a claim.
const LINES: usize = 50;

/// Another place of service for a line, as its help names it.
pub(super) struct Correction {
    /// `02 or 10`, and where it goes if that is not the place the finding shows.
    pub words: String,
    /// Where CLM05-1 would be wrong to change: the other line it stands for.
    pub shared: Option<u32>,
}

impl Correction {
    /// The advice, with what it leaves as it is.
    pub(super) fn advice(&self) -> String {
        let verb = if self.shared.is_some() {
            "write"
        } else {
            "use"
        };
        format!("{verb} {}", self.words)
    }

    /// Why the place goes to SV105, as an aside; empty where it need not.
    pub(super) fn reason(&self) -> String {
        self.shared.map_or_else(String::new, |other| {
            format!("; CLM05-1 also stands for line {other}")
        })
    }
}

/// Where `place` has to go so that no other line changes with it: to the place the finding
/// shows, or to SV105 of the line where its place is that of CLM05-1 and so is that of
/// a line which is not in the `same` case.
pub(super) fn correction(
    claim: &Claim<'_>,
    line: &Line,
    place: &str,
    same: impl Fn(&Line) -> bool,
) -> Correction {
    let shared = sharer(claim, line, same);
    let words = match shared {
        Some(_) => format!("{place} in SV105 of line {}", line.number),
        None => place.to_owned(),
    };
    Correction { words, shared }
}

/// The first other line whose place of service is CLM05-1 as well and that is not in the same
/// case.
fn sharer(claim: &Claim<'_>, line: &Line, same: impl Fn(&Line) -> bool) -> Option<u32> {
    if line.place_on_line {
        return None;
    }
    let others = claim.lines().iter().take(LINES);
    others
        .filter(|other| other.lx != line.lx && !other.place_on_line)
        .find(|other| !same(other))
        .map(|other| other.number)
}

/// What the help of a line adds about its place, in brackets, where the service was in person
/// if it took place at all. Other lines that cannot be telehealth are in the same case.
pub(super) fn in_person_at(claim: &Claim<'_>, line: &Line, context: &Context<'_>) -> String {
    if !line.has_telehealth_place() {
        return String::new();
    }
    let barred = |other: &Line| {
        Remote::of(claim, other, context).is_some_and(|remote| remote.obstacle.is_some())
    };
    sharer(claim, line, barred).map_or_else(String::new, |other| {
        format!(
            " (its place goes in SV105 of line {}; CLM05-1 also stands for line {other})",
            line.number
        )
    })
}

impl<'p> Remote<'p> {
    /// Whether another line has this fault of its place too, and the same places would mend
    /// it.
    pub(super) fn is_alike(
        claim: &Claim<'_>,
        other: &Line,
        context: &Context<'p>,
        fault: PlaceFault,
        rule: PlaceRule<'_>,
    ) -> bool {
        let marked = fault == PlaceFault::NotTaken || other.has_telehealth_modifier();
        marked
            && Remote::of(claim, other, context).is_some_and(|remote| {
                let found = remote
                    .takes_marks()
                    .then(|| remote.place_fault(other))
                    .flatten();
                found.is_some_and(|(its, answer)| its == fault && answer.value == rule)
            })
    }

    /// Those of the places a policy takes that no other rule refuses on this line: that are
    /// places on the date, that its modifiers go with, and at home only if the payer takes that.
    /// All of them if none would be left.
    pub(super) fn open_places<T>(
        &self,
        line: &Line,
        answer: &Answer<T>,
        places: &[PlaceOfService],
        context: &Context<'_>,
    ) -> Vec<PlaceOfService> {
        let home = !self.policy.home(self.date).is_some_and(|home| {
            home.value == Permission::NotAllowed
                && home.severity(Severity::Reject, context.reject_at)
                    >= answer.severity(Severity::Reject, context.reject_at)
        });
        let fits = |place: PlaceOfService| {
            line.modifiers
                .iter()
                .filter_map(|modifier| self.policy.modifier_places(modifier, self.date))
                .all(|taken| taken.value.contains(&place))
        };
        let open = places.iter().copied().filter(|place| {
            (home || place.bytes() != *b"10")
                && !matches!(
                    codes::place::standing(*place, self.date),
                    Standing::NotYet(_)
                )
                && fits(*place)
        });
        let open: Vec<_> = open.collect();
        if open.is_empty() {
            places.to_vec()
        } else {
            open
        }
    }

    /// How to mark the line as live video in place of `modifier`.
    pub(super) fn by_video(&self, line: &Line, modifier: Modifier) -> String {
        match self.wanted(Channel::Video).map(|answer| answer.value) {
            None => format!("put the modifier for live video in place of {modifier}"),
            Some(wanted) if wanted.is_empty() || line.modifiers.has_any(wanted) => {
                format!("take {modifier} off")
            }
            Some(wanted) => format!("put {} in place of {modifier}", one_of(offered(wanted))),
        }
    }
}

/// Those of the modifiers a payer wants one of that say how the service was delivered, which
/// may be offered; all where none does. Another (FR, of a supervisor by video) is taken, but
/// is true of few lines.
pub(super) fn offered(wanted: &[Modifier]) -> Vec<Modifier> {
    let marks = wanted
        .iter()
        .copied()
        .filter(|one| is_remote_modifier(*one));
    let marks: Vec<Modifier> = marks.collect();
    if marks.is_empty() {
        wanted.to_vec()
    } else {
        marks
    }
}

/// All modifiers of the line that mark it as telehealth: `95 and GT`.
pub(super) fn remote_modifiers(line: &Line) -> String {
    let remote = || {
        line.modifiers
            .iter()
            .filter(|modifier| is_remote_modifier(*modifier))
    };
    all_of(remote())
}
