//! What services stand on: their policy, their days, who renders them.

use crate::claim::text::{Span, Text};
use crate::claim::{Claim, Line};
use crate::codes;
use crate::policy::Policy;
use crate::rules::Context;
use crate::value::{Date, DateRange};

/// A policy, or none, in a stretch of days on which it and the code lists stay the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground {
    pub(super) policy: u64,
    pub(super) days: DateRange,
    /// Whether what the payer refuses depends on the billing provider's state.
    asks_state: bool,
    /// Whether the payer takes originals (CLM05-3 1).
    pub(super) takes_originals: bool,
    /// A day of service from which on claims are not too late.
    timely_from: Date,
}

impl Ground {
    #[cold]
    pub(super) fn new(policy: u64, date: Date, context: &Context<'_>) -> Ground {
        let (mut days, other) = (
            codes::alike(date),
            context.policy.map(|policy| policy.alike(date)),
        );
        if let Some(other) = other {
            days.from = days.from.max(other.from);
            days.through = days.through.min(other.through);
        }
        let taken = context
            .policy
            .and_then(|policy| policy.frequency_codes(context.today));
        Ground {
            policy,
            days,
            asks_state: context.policy.is_some_and(Policy::asks_state),
            takes_originals: taken.is_none_or(|taken| taken.value.contains(&b'1')),
            timely_from: Date::MAX,
        }
    }

    /// The state of the billing provider, where it matters.
    #[inline]
    pub(super) fn state(&self, renders: &Renders) -> u16 {
        if self.asks_state {
            u16::from_be_bytes(renders.state)
        } else {
            0
        }
    }

    /// Whether a service of this day can still be filed.
    #[inline]
    pub(super) fn is_timely(&mut self, date: Date, context: &Context<'_>) -> bool {
        date >= self.timely_from || self.looks_timely(date, context)
    }

    /// What can be filed late today can be filed as well for a later day.
    #[cold]
    fn looks_timely(&mut self, date: Date, context: &Context<'_>) -> bool {
        let limit = context.policy.and_then(|policy| policy.timely_filing(date));
        let timely = limit.is_none_or(|limit| context.today <= limit.value.last_day(date));
        if timely {
            self.timely_from = date;
        }
        timely
    }
}

/// The taxonomy of who renders a line, in as many bytes as such a code has.
pub(super) type Taxonomy = [u8; 10];

/// The taxonomy code of somebody, told from the billing provider's if he is `named` on the
/// claim; `None` when it is no code, nor empty.
#[inline]
pub(in crate::rules) fn taxonomy(text: &Text<'_>, code: Span, named: bool) -> Option<Taxonomy> {
    // No code has a high bit.
    let mark = if named { 0x80 } else { 0 };
    let mut bytes: Taxonomy = *text.short(code)?.to_le_bytes().first_chunk()?;
    if !matches!(code.len, 0 | 10) || !bytes.is_ascii() {
        return None;
    }
    bytes[9] |= mark;
    Some(bytes)
}

/// What a claim adds to the services of its lines.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Renders {
    /// The taxonomy of who renders lines that name nobody; `None` when it is too long.
    pub(in crate::rules) taxonomy: Option<Taxonomy>,
    /// The billing provider's state; zeros when it is none.
    state: [u8; 2],
}

impl Renders {
    /// The billing provider, who renders where nobody is named.
    #[inline]
    pub(in crate::rules) fn billing(claim: &Claim<'_>) -> Renders {
        Renders {
            taxonomy: taxonomy(&claim.text, claim.billing.taxonomy_code, false),
            state: claim.billing.state,
        }
    }

    /// The taxonomy of who renders the line.
    #[inline]
    pub(super) fn taxonomy_of(&self, claim: &Claim<'_>, line: &Line) -> Option<Taxonomy> {
        if line.providers.is_empty() {
            return self.taxonomy;
        }
        match claim.rendering(line) {
            Some(provider) => {
                let code = claim.text.span(provider.taxonomy, 3);
                taxonomy(&claim.text, code, true)
            }
            None => self.taxonomy,
        }
    }
}
