//! Which claim gets which fault, and how the claims hang in the hierarchy.
//!
//! Both are functions of the seed and the claim's number, so that a thread can
//! begin anywhere in the file. The hierarchy starts anew every [`BLOCK`] claims
//! of a set: a run of claims that begins there needs nothing from before.

use super::fault::{Fault, Level};
use super::layout::Layout;
use super::provider::Roster;
use super::random::{Use, mix};
use super::scene::{Program, Scene};
use super::spec::Spec;
use crate::value::DateRange;

/// Claims of one provider in a row.
pub(super) const BLOCK: u64 = 32;

/// Visits of one patient in a row, at most.
const VISITS: u64 = 8;

/// How many of a hundred claims are a further visit of the patient before.
const AGAIN_PERCENT: u64 = 6;

/// All of a run that every claim is made from.
pub(super) struct Run<'a> {
    /// What was asked for.
    pub(super) spec: &'a Spec,
    /// The file's frame.
    pub(super) layout: Layout,
    /// Who appears in it.
    pub(super) roster: Roster,
    /// The envelope faults that are planted.
    pub(super) envelope_faults: Vec<Fault>,
    windows: [DateRange; 2],
    room_for_visits: bool,
    weights: [u64; 3],
    bad: u64,
    kinds: Vec<Kind>,
}

/// A claim-level fault with what it needs, worked out once.
struct Kind {
    fault: Fault,
    scene: Scene,
    windows: [Option<DateRange>; 3],
    providers: Vec<usize>,
}

/// Where a claim hangs and what it has to be.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    /// The fault it gets, and the kind of claim that fault needs.
    pub(super) fault: Option<(Fault, &'a Scene)>,
    /// Its billing provider, an index into the roster.
    pub(super) provider: usize,
    /// Whether a new billing provider level begins with it.
    pub(super) new_provider: bool,
    /// Whether a new subscriber level begins with it.
    pub(super) new_patient: bool,
    /// Whether the patient is a dependent with a level of his own.
    pub(super) dependent: bool,
    /// Who pays.
    pub(super) program: Program,
    /// Days the service may lie on.
    pub(super) window: DateRange,
    /// Visits of this patient before this one.
    pub(super) visit: u64,
}

impl Step<'_> {
    /// Whether it is the claim before once more.
    pub(super) fn is_twin(&self) -> bool {
        self.fault
            .is_some_and(|(fault, _)| fault == Fault::ClaimTwice)
    }

    /// Hierarchical levels that begin with the claim.
    pub(super) fn levels(&self) -> u64 {
        u64::from(self.new_provider)
            + u64::from(self.new_patient)
            + u64::from(self.new_patient && self.dependent)
    }
}

impl<'a> Run<'a> {
    /// Works out a specification; `None` when it leaves no day for a claim.
    pub(super) fn new(spec: &'a Spec) -> Option<Run<'a>> {
        let layout = Layout::new(spec);
        let roster = Roster::new(spec);
        let mut kinds = Vec::new();
        let mut envelope_faults = Vec::new();
        for (index, &fault) in spec.faults.iter().enumerate() {
            if spec.faults[..index].contains(&fault) {
                continue;
            }
            match fault.level() {
                Level::Claim if fault.scene().fits(spec) => {
                    kinds.push(Kind::new(spec, &roster, fault));
                }
                Level::Envelope if fits_envelope(&layout, spec, fault) => {
                    envelope_faults.push(fault);
                }
                Level::Claim | Level::Envelope => {}
            }
        }
        let mix = &spec.payers;
        Some(Run {
            spec,
            layout,
            roster,
            envelope_faults,
            windows: [spec.medicare_window()?, spec.window()?],
            room_for_visits: spec.room_for_visits(),
            weights: [mix.medicare, mix.medicaid, mix.commercial].map(u64::from),
            bad: if kinds.is_empty() {
                0
            } else {
                bad_claims(spec)
            },
            kinds,
        })
    }

    /// Whether faults are asked for and none of their kinds fits.
    pub(super) fn lacks_faults(&self) -> bool {
        let none = self.kinds.is_empty() && self.envelope_faults.is_empty();
        none && bad_claims(self.spec) > 0
    }

    /// Days a patient's first visit leaves before it for the later ones, which
    /// are counted backwards.
    pub(super) fn room_for_visits(&self) -> bool {
        self.room_for_visits
    }

    fn window(&self, program: Program) -> DateRange {
        self.windows[usize::from(program != Program::Medicare)]
    }

    /// The stretch of the file whose fault a claim has. The file is cut into as many
    /// stretches as there are faults, and each stretch has one claim with a fault.
    fn stretch(&self, claim: u64) -> Option<u64> {
        if self.bad == 0 {
            return None;
        }
        let (seed, claims) = (self.spec.seed, self.spec.claims);
        let stretch = ((claim + 1) * self.bad - 1) / claims;
        let start = stretch * claims / self.bad;
        let length = (stretch + 1) * claims / self.bad - start;
        (claim == start + mix(seed, Use::FaultPlace, stretch) % length).then_some(stretch)
    }

    /// The fault of a claim.
    fn fault(&self, claim: u64) -> Option<&Kind> {
        let stretch = self.stretch(claim)?;
        let kinds = self.kinds.len() as u64;
        // Each round of all kinds begins with another one.
        let turn = stretch % kinds + mix(self.spec.seed, Use::FaultKind, stretch / kinds) % kinds;
        let kind = |turn: u64| self.kinds.get(usize::try_from(turn % kinds).unwrap_or(0));
        // A twin needs a claim before it that is right and in the same block; where there
        // is none the next kind takes its turn.
        kind(turn)
            .filter(|kind| kind.fault != Fault::ClaimTwice || self.has_right_neighbour(claim))
            .or_else(|| kind(turn + 1).filter(|kind| kind.fault != Fault::ClaimTwice))
    }

    fn has_right_neighbour(&self, claim: u64) -> bool {
        let begins_block = self.layout.place_in_set(claim).is_multiple_of(BLOCK);
        !begins_block && self.stretch(claim - 1).is_none()
    }

    /// Whether the claim behind this one is the same once more.
    pub(super) fn has_twin(&self, claim: u64) -> bool {
        claim + 1 < self.spec.claims
            && self
                .fault(claim + 1)
                .is_some_and(|kind| kind.fault == Fault::ClaimTwice)
    }

    fn program(&self, bits: u64) -> Program {
        let [medicare, medicaid, commercial] = self.weights;
        let point = bits % (medicare + medicaid + commercial);
        if point < medicare {
            Program::Medicare
        } else if point < medicare + medicaid {
            Program::Medicaid
        } else {
            Program::Commercial
        }
    }
}

impl Kind {
    fn new(spec: &Spec, roster: &Roster, fault: Fault) -> Kind {
        let scene = fault.scene();
        let providers = if scene.states.is_empty() {
            Vec::new()
        } else {
            (0..roster.providers.len())
                .filter(|&index| scene.takes_place(roster.providers[index].place))
                .collect()
        };
        let programs = [Program::Medicare, Program::Medicaid, Program::Commercial];
        Kind {
            fault,
            scene,
            windows: programs.map(|program| scene.window(spec, program)),
            providers,
        }
    }
}

/// How many claims get a fault.
fn bad_claims(spec: &Spec) -> u64 {
    // The product of a checked percentage and fewer than 2^32 claims is exact
    // enough, positive and in range.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )]
    let bad = (spec.claims as f64 * spec.bad_percent / 100.0).round() as u64;
    bad.min(spec.claims)
}

fn fits_envelope(layout: &Layout, spec: &Spec, fault: Fault) -> bool {
    match fault {
        Fault::SetControlRepeated => layout.sets() > 1 && layout.group_of(0).contains(&1),
        // A trailer that is not there cannot be wrong besides.
        Fault::InterchangeControlMismatch => {
            layout.interchanges() > 1 || !spec.faults.contains(&Fault::InterchangeTrailerMissing)
        }
        _ => true,
    }
}

/// Walks the claims of a set in order, from the start of a block.
pub(super) struct Walk<'a> {
    run: &'a Run<'a>,
    set_start: u64,
    provider: usize,
    program: Program,
    dependent: bool,
    visit: u64,
    after_fault: bool,
}

impl<'a> Walk<'a> {
    /// A walk through the set whose first claim is `set_start`.
    pub(super) fn new(run: &'a Run<'a>, set_start: u64) -> Walk<'a> {
        Walk {
            run,
            set_start,
            provider: 0,
            program: Program::Commercial,
            dependent: false,
            visit: 0,
            after_fault: false,
        }
    }

    /// The step of a claim, which must follow the one of the last call or begin
    /// a block.
    pub(super) fn step(&mut self, claim: u64) -> Step<'a> {
        let run = self.run;
        let begins_block = (claim - self.set_start).is_multiple_of(BLOCK);
        let bits = mix(run.spec.seed, Use::Plan, claim);
        let kind = run.fault(claim);
        let mut new_provider = begins_block;
        if begins_block {
            self.provider = choose(run.spec.seed, claim, run.roster.providers.len());
        }
        if let Some(kind) = kind
            && !kind.providers.is_empty()
            && !kind.providers.contains(&self.provider)
        {
            self.provider = kind.providers[choose(run.spec.seed, claim, kind.providers.len())];
            new_provider = true;
        }
        let twin = kind.is_some_and(|kind| kind.fault == Fault::ClaimTwice);
        let again = !new_provider
            && kind.is_none()
            && !self.after_fault
            && run.room_for_visits
            && self.visit + 1 < VISITS
            && bits % 100 < AGAIN_PERCENT;
        if again {
            self.visit += 1;
        } else if !twin {
            self.visit = 0;
            let scene_program = kind.and_then(|kind| kind.scene.program);
            self.program = scene_program.unwrap_or_else(|| run.program(bits >> 16));
            self.dependent =
                kind.is_none() && self.program == Program::Commercial && (bits >> 8) % 100 < 40;
        }
        self.after_fault = kind.is_some();
        let own_window = kind.and_then(|kind| kind.windows[self.program as usize]);
        Step {
            fault: kind.map(|kind| (kind.fault, &kind.scene)),
            provider: self.provider,
            new_provider,
            new_patient: !again && !twin,
            dependent: self.dependent,
            program: self.program,
            window: own_window.unwrap_or_else(|| run.window(self.program)),
            visit: self.visit,
        }
    }
}

fn choose(seed: u64, claim: u64, among: usize) -> usize {
    let choice = mix(seed, Use::ProviderChoice, claim) % (among.max(1) as u64);
    usize::try_from(choice).unwrap_or(0)
}
