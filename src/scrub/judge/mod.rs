//! Judging one block: every segment against the guide, every claim against the rules.

mod apart;
mod claims;
mod conclusion;
mod coverage;
mod envelopes;
mod judgement;
mod levels;
mod mend;
mod mend_levels;
mod notes;
mod pass;
mod segments;
mod twins;
mod unreviewed;
mod wish;

pub use judgement::Judgement;
pub use mend::{Fixing, Mended};
pub use mend_levels::SeenLevel;
pub use notes::Notes;
use pass::Pass;

use crate::claim::text::Text;
use crate::emit::record::Record;
use crate::emit::{annotate, jsonl};
use crate::ledger::Earlier;
use crate::rules::Finding;
use crate::scrub::block::{Block, BlockKind};
use crate::scrub::carried::Carried;
use crate::scrub::digest::Claims;
use crate::scrub::duplicates::{Prints, Twin};
use crate::scrub::item::{Fate, Item, ItemKind};
use crate::scrub::known::Known;
use crate::scrub::listener::{Listener, Positions};
use crate::scrub::tally::{Sum, Tally};
use crate::x12::survey::Survey;
use crate::x12::{Tokens, limits};

/// What comes of judging a block.
#[derive(Default, Debug)]
pub struct Judged {
    /// The new part of the block, cut into items.
    pub items: Vec<Item>,
    /// Lines of findings.jsonl.
    pub jsonl: Vec<u8>,
    /// Paragraphs of rejects.txt.
    pub annotated: Vec<u8>,
    /// Claims and findings of the block.
    pub tally: Tally,
    /// What later claims are compared with.
    pub prints: Prints,
    /// Twins of claims of the same block, unless the block's twins were known.
    pub twins: Vec<Twin>,
    /// What each listener kept, in their order.
    pub kept: Vec<Vec<u8>>,
    /// Claims and levels changed by fixes, in their order.
    pub mended: Vec<Mended>,
    /// The claims as they came in.
    pub claims: Claims,
    /// What was found in each level, where that was asked for.
    pub levels: Vec<SeenLevel>,
    /// The block with its levels mended, which the items are of; `None` for the block as
    /// it was.
    pub block: Option<Block>,
    /// What the end of the block says about the next one.
    pub carried: Carried,
    /// Transaction sets that are rejected for the envelopes around their claims: the item
    /// of the header, and a rule.
    pub refused: Vec<(usize, &'static str)>,
}

impl Judged {
    /// Makes room for as much as comes of most blocks, so that little is moved when it grows.
    fn make_room(&mut self, block: &Block, tokens: &Tokens) {
        let bounds = tokens.bounds().len();
        self.items.reserve(bounds + 1);
        self.prints.prints.reserve(bounds / 2 + 1);
        self.jsonl.reserve(block.bytes.len() / 8);
        self.annotated.reserve(block.bytes.len() / 8);
    }

    /// Tells the findings of a claim of this fate: to programs, and to people if it is rejected.
    fn tell(
        &mut self,
        record: &Record<'_>,
        findings: &[Finding],
        text: &Text<'_>,
        positions: Positions<'_>,
        fate: Fate,
    ) {
        let position = |segment| positions.of(segment);
        if !findings.is_empty() {
            jsonl::claim(&mut self.jsonl, record, findings, text, position);
        }
        if fate == Fate::Rejected {
            annotate::claim(&mut self.annotated, record, findings, text, position);
        }
    }

    /// Counts a claim that these rules reject without its being judged, and lists it for people.
    fn reject_unjudged(&mut self, record: &Record<'_>, rules: &[&'static str], text: &Text<'_>) {
        let charge = record.charge.unwrap_or_default();
        self.tally.rejected.add(1, charge);
        self.tally.take_along(rules, charge);
        annotate::claim(&mut self.annotated, record, &[], text, |_| 0);
    }

    /// Takes in the latest claim as it is after its fixes; whether they change it.
    fn take_mended(&mut self, judged: Option<Judged>, mended: Mended) -> bool {
        self.mended.push(Mended {
            item: self.items.len().saturating_sub(1),
            ..mended
        });
        let Some(judged) = judged else { return false };
        self.jsonl.extend_from_slice(&judged.jsonl);
        self.annotated.extend_from_slice(&judged.annotated);
        // What is inside its segments was counted before.
        self.tally.merge(&Tally {
            unread: Sum::default(),
            ..judged.tally
        });
        self.prints.prints.extend(judged.prints.prints);
        for (all, kept) in self.kept.iter_mut().zip(&judged.kept) {
            all.extend_from_slice(kept);
        }
        if let (Some(item), Some(again)) = (self.items.last_mut(), judged.items.first()) {
            item.fate = again.fate;
            item.claims = again.claims;
        }
        true
    }
}

/// What all blocks of an input are judged with.
#[derive(Clone, Copy)]
pub struct Assignment<'a> {
    /// The rules and policies.
    pub judgement: &'a Judgement,
    /// What the first pass saw.
    pub survey: &'a Survey,
    /// Its notes, filed.
    pub notes: &'a Notes<'a>,
    /// Who follows the scrub.
    pub listeners: &'a [&'a dyn Listener],
    /// The block's claims that are known to be twins of earlier ones, in order.
    pub twins: &'a [Twin],
    /// Whether twins within the block are told at once, since those of other blocks are
    /// looked for afterwards.
    pub seeks_twins: bool,
    /// Whether fixes are tried.
    pub mending: bool,
    /// What earlier runs accepted, when there is a ledger.
    pub earlier: Option<&'a Earlier>,
    /// Of a rerun: what the run before it tells of the claims.
    pub known: Option<&'a Known>,
}

/// How closely a block is looked at as it is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Look {
    /// As is told of it.
    Usual,
    /// Its levels are told of too.
    Levels,
    /// So are its levels, and far more of what is found alike: what a fix takes away must not
    /// make room for what was there before.
    Whole,
}

impl Look {
    /// How many findings of one rule and severity are kept where usually so many are.
    fn most(self, usual: usize) -> usize {
        match self {
            Look::Whole => limits::MENDED_FINDINGS,
            Look::Usual | Look::Levels => usual,
        }
    }
}

/// Judges one block, and mends what it stands under and its claims if that is asked for.
#[must_use]
pub fn judge(block: &Block, tokens: &mut Tokens, assignment: Assignment<'_>) -> Judged {
    if assignment.mending {
        let judged = pass_over(block, tokens, assignment, Look::Levels);
        mend_levels::mend(block, judged, assignment)
    } else {
        pass_over(block, tokens, assignment, Look::Usual)
    }
}

/// Judges a block as it stands.
fn pass_over(block: &Block, tokens: &mut Tokens, assignment: Assignment<'_>, look: Look) -> Judged {
    let mut judged = Judged {
        kept: vec![Vec::new(); assignment.listeners.len()],
        ..Judged::default()
    };
    match (block.kind, block.delimiters) {
        (BlockKind::Segments, Some(delimiters)) => {
            tokens.fill(&block.bytes, delimiters);
            judged.make_room(block, tokens);
            let text = block.text(tokens, delimiters);
            Pass::new(block, text, assignment, look, &mut judged).run();
        }
        (BlockKind::Filling, _) => judged.items.push(apart::item(block, ItemKind::Filling)),
        (_, None) => judged.items.push(apart::item(block, ItemKind::Lead)),
        (_, Some(delimiters)) => {
            let Some(piece) = block.apart() else {
                return judged;
            };
            apart::judge(block, piece, delimiters, assignment, &mut judged);
        }
    }
    judged.claims = Claims::of_block(block, tokens);
    judged
}
