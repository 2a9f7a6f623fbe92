//! What a policy says of one code on a date.

use std::fmt::Write as _;

use serde_json::json;

use super::told::{Fact, Said, Teller, items, list, standing, word};
use super::words;
use crate::listed::one_of;
use crate::policy::{CodeLife, MuePer, PairStart, Policy, TherapyClass};
use crate::rules::therapy::therapy_code_not_live::instead;
use crate::value::{Date, Procedure};

/// The facts of a code.
pub(super) fn facts(policy: &Policy, date: Date, code: Procedure) -> Vec<Fact> {
    let mut teller = Teller {
        policy,
        date,
        facts: Vec::new(),
    };
    teller.billing(code);
    teller.delivery(code);
    teller.therapy(code);
    teller.pairs(code);
    teller.facts
}

impl Teller<'_> {
    /// Whether there is such a code, and whether the payer takes it.
    fn billing(&mut self, code: Procedure) {
        let (policy, date) = (self.policy, self.date);
        let life = policy.code_life(code, date);
        self.known(("exists", "  exists"), life, |life| match life {
            CodeLife::NotYet { from } => word(format!("not before {from}")),
            CodeLife::Deleted { on, use_instead } => word(format!(
                "gone since {on}; {}",
                instead(policy, use_instead, date)
            )),
        });
        let status = policy.code_status(code, date);
        self.known(("status", "  status"), status, |fact| {
            let mut words = fact.status.as_str().to_owned();
            if !fact.use_instead.is_empty() {
                let _ = write!(words, "; bill {}", one_of(fact.use_instead));
            }
            word(words)
        });
    }

    fn delivery(&mut self, code: Procedure) {
        let (policy, date) = (self.policy, self.date);
        let paid = policy.code(code, date);
        self.always(("by_telehealth", "  by telehealth"), paid, |standing| {
            word(words::standing(standing))
        });
        let audio_only = policy.audio_only(code, date);
        self.always(("audio_only", "  audio-only"), audio_only, |permission| {
            word(words::permission(permission))
        });
        let hands_on = policy.hands_on(code, date);
        self.known(("hands_on", "  hands-on"), hands_on, |()| {
            (true.into(), "cannot be delivered from afar".to_owned())
        });
        let service = policy.communication(code, date);
        let name = ("kind_of_service", "  kind of service");
        self.known(name, service, |service| {
            let known = |known: Option<bool>, yes: &str, no: &str| match known {
                Some(true) => format!(", {yes}"),
                Some(false) => format!(", {no}"),
                None => String::new(),
            };
            word(format!(
                "{}{}{}{}",
                service.kind.as_str(),
                known(service.telehealth, "telehealth", "not telehealth"),
                known(
                    service.therapist_may_bill,
                    "a therapist may bill it",
                    "no therapist may bill it"
                ),
                known(
                    service.assistant_modifier,
                    "an assistant's part is marked",
                    "an assistant's part is not marked"
                ),
            ))
        });
    }

    fn therapy(&mut self, code: Procedure) {
        let (policy, date) = (self.policy, self.date);
        let therapy = policy.therapy(code, date);
        self.known(("therapy", "  therapy"), therapy, |therapy| {
            let class = match therapy.class {
                TherapyClass::Always => "always",
                TherapyClass::Sometimes => "sometimes",
            };
            let mut words = format!("{class}, with {}", words::modifiers(therapy.any_of));
            if let Some(modifier) = therapy.pt_modifier {
                let _ = write!(words, "; {modifier} of a physical therapist");
            }
            let value = json!({
                "class": class,
                "modifiers": items(therapy.any_of),
                "pt_modifier": therapy.pt_modifier.map(|modifier| modifier.to_string()),
            });
            (value, words)
        });
        let mue = policy.mue(code, date);
        self.known(("units", "  units"), mue, |mue| {
            let per = match mue.per {
                MuePer::Line => "a line",
                MuePer::DayByPolicy => "a day",
                MuePer::DayClinical => "a day, open to appeal",
            };
            let words = format!("{} at most {per}", mue.units);
            (json!({"most": mue.units, "per": per}), words)
        });
        let minutes = policy.timed(code, date);
        self.known(("minutes_per_unit", "  timed"), minutes, |minutes| {
            (minutes.into(), format!("{minutes} minutes a unit"))
        });
        let once = policy.one_unit(code, date);
        self.known(("one_unit", "  once a day"), once, |()| {
            (true.into(), "one unit, whatever the time".to_owned())
        });
        let base = policy.add_on(code, date);
        self.known(("add_on", "  add-on"), base, |base| {
            let words = format!("beside one of {}", words::joined(base, " "));
            list(base, words)
        });
    }

    /// Codes it is not paid beside.
    fn pairs(&mut self, code: Procedure) {
        let mut said = Vec::new();
        for answer in self.policy.ncci_pairs_of(code, self.date) {
            let pair = answer.value;
            let (column, other) = if pair.column1 == code {
                (1, pair.column2)
            } else {
                (2, pair.column1)
            };
            let (start, since) = match pair.start {
                PairStart::Stated => ("stated", ""),
                PairStart::Reinstatement => ("reinstatement", ", from a reinstatement on"),
                PairStart::SeenInForce => ("seen_in_force", ", first seen in force then"),
            };
            let parted = if pair.modifier_allowed {
                "a modifier may part them"
            } else {
                "no modifier parts them"
            };
            said.push(Said {
                value: json!({
                    "code": other.to_string(),
                    "column": column,
                    "modifier_allowed": pair.modifier_allowed,
                    "effective_basis": start,
                }),
                words: format!("column {column}, {parted}{since}"),
                of: vec![other.to_string()],
                standing: Some(standing(&answer)),
            });
        }
        self.several(("pairs", "  not paid with"), said);
    }
}
