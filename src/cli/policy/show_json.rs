//! One policy on one date, for programs: the facts of the page as JSON.

use serde_json::{Map, Value, json};

use super::words;
use crate::policy::{Answer, Permission, Policy};
use crate::value::{Date, Procedure, Severity};

/// The facts of a policy on a date, and of one code in it.
#[must_use]
pub(super) fn json(policy: &Policy, date: Date, code: Option<Procedure>) -> Value {
    let facts = Facts { policy };
    let permission = |answer: Option<Answer<Permission>>| {
        facts.fact(answer, |word| words::permission(word).into())
    };
    let words_of = |codes: &[Procedure]| -> Value {
        codes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .into()
    };
    let named = policy.named_codes(date);
    let modifiers = |audio_only| {
        facts.fact(policy.modifiers_any_of(date, audio_only), |list| {
            list.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .into()
        })
    };
    let mut page = json!({
        "policy": policy.key(),
        "name": policy.name(),
        "publisher": policy.publisher(),
        "on": date.to_string(),
        "as_of": policy.as_of().map(|day| day.to_string()),
        "paid": facts.fact(policy.coverage(date), |coverage| words::coverage(coverage).into()),
        "codes": {
            "listed": words_of(&named.listed),
            "not_listed": words_of(&named.not_listed),
            "never": words_of(&named.excluded),
            "others": named.others.map(words::standing),
        },
        "place_of_service": facts.fact(policy.place(date), |place| words::place(place).into()),
        "modifiers_video": modifiers(false),
        "modifiers_audio_only": modifiers(true),
        "store_and_forward": permission(policy.store_and_forward(date)),
        "assistants": permission(policy.assistant_by_telehealth(date)),
        "patient_at_home": permission(policy.home(date)),
        "consent_documented": facts.fact(policy.consent_documented(date), Value::from),
        "established_patient_only": facts.fact(policy.established_patient_only(date), Value::from),
        "unknown": policy.knowledge(date).missing().collect::<Vec<_>>(),
        "summary": policy.summary(),
    });
    if let (Some(code), Some(page)) = (code, page.as_object_mut()) {
        let of_code = json!({
            "code": code.to_string(),
            "by_telehealth": facts.fact(policy.code(code, date), |standing| words::standing(standing).into()),
            "audio_only": permission(policy.audio_only(code, date)),
            "hands_on": policy.hands_on(code, date).is_some(),
            "units": facts.fact(policy.mue(code, date), |mue| mue.units.into()),
        });
        page.insert("code".to_owned(), of_code);
    }
    page
}

struct Facts<'a> {
    policy: &'a Policy,
}

impl Facts<'_> {
    /// A fact with the standing of its row; `null` when it is not known.
    fn fact<T>(&self, answer: Option<Answer<T>>, say: impl Fn(T) -> Value) -> Value {
        let Some(answer) = answer else {
            return Value::Null;
        };
        let row = self.policy.cite(answer.row);
        let mut fact = Map::new();
        fact.insert("value".to_owned(), say(answer.value));
        fact.insert("confidence".to_owned(), answer.confidence.as_str().into());
        let cap = answer.cap.map(Severity::as_str);
        fact.insert("severity".to_owned(), cap.into());
        if let Some(days) = row.days() {
            fact.insert("from".to_owned(), days.from.to_string().into());
            let end = (days.through < Date::MAX).then(|| days.through.to_string());
            fact.insert("through".to_owned(), end.into());
        }
        fact.insert("note".to_owned(), row.note().into());
        let sources: Vec<&str> = row.sources().map(|source| source.url.as_str()).collect();
        fact.insert("sources".to_owned(), sources.into());
        Value::Object(fact)
    }
}
