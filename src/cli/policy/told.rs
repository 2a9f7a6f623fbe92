//! What a policy says on a date, as one list of facts: the page and the JSON both tell it, so
//! that neither leaves out what the other has.

use serde_json::{Value, json};

use super::words;
use crate::listed::one_of;
use crate::policy::{Answer, CodeStanding, PlaceRule, Policy};
use crate::value::{Date, Modifier, PlaceOfService, Procedure};

/// One fact: what it is called, and what is said of it.
pub(super) struct Fact {
    /// Its name in JSON.
    pub key: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// Nothing where it is not known.
    pub said: Vec<Said>,
    /// Whether several things may be said of it, each by a row of its own.
    pub several: bool,
    /// Whether the page leaves it out where it is not known.
    pub optional: bool,
}

/// What one row says.
pub(super) struct Said {
    /// For programs.
    pub value: Value,
    /// For people, before the things it is said of.
    pub words: String,
    /// The codes or modifiers it is said of, where it is said of some.
    pub of: Vec<String>,
    /// The row and how sure it is; `None` for what no row settles.
    pub standing: Option<Answer<()>>,
}

/// A fact for programs and in words.
pub(super) type Told = (Value, String);

/// The same word for both.
pub(super) fn word(word: impl Into<String>) -> Told {
    let word = word.into();
    (word.clone().into(), word)
}

/// A list for programs, in words for people.
pub(super) fn list<T: ToString>(of: &[T], words: String) -> Told {
    (items(of), words)
}

/// A list for programs.
pub(super) fn items<T: ToString>(of: &[T]) -> Value {
    let items: Vec<String> = of.iter().map(ToString::to_string).collect();
    items.into()
}

/// Facts in the making.
pub(super) struct Teller<'a> {
    pub policy: &'a Policy,
    pub date: Date,
    pub facts: Vec<Fact>,
}

impl Teller<'_> {
    /// A fact that is worth a line also where it is not known.
    pub(super) fn always<T>(
        &mut self,
        (key, label): (&'static str, &'static str),
        answer: Option<Answer<T>>,
        tell: impl FnOnce(T) -> Told,
    ) {
        let said = answer.map(|answer| {
            let standing = Some(standing(&answer));
            let (value, words) = tell(answer.value);
            let of = Vec::new();
            Said {
                value,
                words,
                of,
                standing,
            }
        });
        self.facts.push(Fact {
            key,
            label,
            said: said.into_iter().collect(),
            several: false,
            optional: false,
        });
    }

    /// A fact that is told where it is known.
    pub(super) fn known<T>(
        &mut self,
        name: (&'static str, &'static str),
        answer: Option<Answer<T>>,
        tell: impl FnOnce(T) -> Told,
    ) {
        self.always(name, answer, tell);
        if let Some(fact) = self.facts.last_mut() {
            fact.optional = true;
        }
    }

    /// A fact of which several rows may say something.
    pub(super) fn several(&mut self, (key, label): (&'static str, &'static str), said: Vec<Said>) {
        self.facts.push(Fact {
            key,
            label,
            said,
            several: true,
            optional: true,
        });
    }

    fn telehealth(&mut self) {
        let (policy, date) = (self.policy, self.date);
        let permission = |permission| word(words::permission(permission));
        let modifiers = |any_of: &[Modifier]| list(any_of, words::modifiers(any_of));
        self.always(
            ("paid", "Paid by telehealth"),
            policy.coverage(date),
            |paid| word(words::coverage(paid)),
        );
        self.codes();
        self.places();
        let video = policy.modifiers_any_of(date, false);
        self.always(("modifiers_video", "Modifier, video"), video, modifiers);
        let all = policy.modifiers_all_of(date);
        self.known(("modifiers_all_of", "  and every one of"), all, |all| {
            let words = match all {
                [] => "none".to_owned(),
                all => words::joined(all, ", "),
            };
            list(all, words)
        });
        let phone = policy.modifiers_any_of(date, true);
        let audio = ("modifiers_audio_only", "Modifier, audio");
        self.always(audio, phone, modifiers);
        let recorded = policy.store_and_forward_modifiers(date);
        let name = ("modifiers_store_and_forward", "Modifier, recorded");
        self.known(name, recorded, modifiers);
        self.modifiers();
        self.audio_only();
        for (name, answer) in [
            (
                ("store_and_forward", "Store and forward"),
                policy.store_and_forward(date),
            ),
            (
                ("assistants", "Assistants"),
                policy.assistant_by_telehealth(date),
            ),
            (("patient_at_home", "Patient at home"), policy.home(date)),
        ] {
            self.always(name, answer, permission);
        }
        let consent = policy.consent_documented(date);
        self.known(("consent_documented", "Consent"), consent, |must| {
            let words = if must {
                "must be in the record"
            } else {
                "need not be in the record"
            };
            (must.into(), words.to_owned())
        });
        let established = policy.established_patient_only(date);
        let name = ("established_patient_only", "New patients");
        self.known(name, established, |only| {
            let words = if only {
                "not by telehealth"
            } else {
                "may be seen by telehealth"
            };
            (only.into(), words.to_owned())
        });
        self.assistants_fee();
    }

    fn codes(&mut self) {
        let (policy, date) = (self.policy, self.date);
        let named = policy.named_codes(date);
        let standing = |code| policy.code(code, date);
        let paid = by_row(&named.listed, standing, |_| "");
        let some = !paid.is_empty();
        self.several(("codes", "Codes paid"), paid);
        let label = if some { "  any other" } else { "Codes paid" };
        self.always(("codes_other", label), named.others, |other| {
            let words = match other {
                CodeStanding::Listed => "every code paid in person",
                _ if some => "not on the list",
                _ => "none",
            };
            (words::standing(other).into(), words.to_owned())
        });
        for (name, codes) in [
            (
                ("codes_not_on_list", "  not on the list"),
                &named.not_listed,
            ),
            (("codes_never", "  never"), &named.excluded),
        ] {
            self.several(name, by_row(codes, standing, |_| ""));
        }
    }

    fn places(&mut self) {
        let (policy, date) = (self.policy, self.date);
        let place = policy.place(date);
        let row = place.map(|answer| policy.cite(answer.row));
        // A row may name places and still demand none.
        let named = row.map(|row| row.words_of("pos")).unwrap_or_default();
        self.always(
            ("place_of_service", "Place of service"),
            place,
            |rule| match rule {
                PlaceRule::NoneNamed if !named.is_empty() => {
                    word(format!("none demanded; {} named", one_of(named)))
                }
                rule => word(words::place(rule)),
            },
        );
        let governing = policy.governing_row(date).map(|row| policy.cite(row));
        let doubtful: Vec<PlaceOfService> = governing
            .map(|row| row.words_of("pos_doubtful"))
            .unwrap_or_default()
            .iter()
            .filter_map(|place| PlaceOfService::parse(place.as_bytes()))
            .filter(|&place| policy.place_doubtful(place, date))
            .collect();
        let doubt = place.filter(|_| !doubtful.is_empty());
        self.known(("places_doubtful", "  in doubt"), doubt, |_| {
            list(&doubtful, words::joined(&doubtful, ", "))
        });
    }

    /// What each modifier may and may not do.
    fn modifiers(&mut self) {
        let (policy, date) = (self.policy, self.date);
        let named = policy.named_modifiers(date);
        let said = |modifier: Modifier, more: String, (key, value): (&str, Value), row| Said {
            value: json!({"modifier": modifier.to_string(), key: value}),
            words: String::new(),
            of: vec![format!("{modifier}{more}")],
            standing: Some(row),
        };
        let mut refused = Vec::new();
        let mut bound = Vec::new();
        let mut apart = Vec::new();
        for (at, &modifier) in named.iter().enumerate() {
            if let Some(answer) = policy.modifier_refused(modifier, date) {
                let states = answer.value.except_states;
                let more = match states {
                    [] => String::new(),
                    states => format!(" (taken in {})", words::joined(states, ", ")),
                };
                let except = ("except_states", items(states));
                refused.push(said(modifier, more, except, standing(&answer)));
            }
            if let Some(answer) = policy.modifier_places(modifier, date) {
                let more = format!(" with {}", one_of(answer.value));
                let places = ("places", items(answer.value));
                bound.push(said(modifier, more, places, standing(&answer)));
            }
            for &other in named.iter().skip(at + 1) {
                if let Some(row) = policy.modifiers_conflict(modifier, other, date) {
                    let name = ("other", other.to_string().into());
                    apart.push(said(modifier, format!(" with {other}"), name, row));
                }
            }
        }
        self.several(("modifiers_refused", "Modifiers refused"), refused);
        self.several(("modifiers_only_with_place", "  only by place"), bound);
        self.several(("modifiers_not_together", "  not together"), apart);
    }

    /// Audio-only can differ by code.
    fn audio_only(&mut self) {
        let (policy, date) = (self.policy, self.date);
        let listed = policy.named_codes(date).listed;
        let of = |code| policy.audio_only(code, date);
        let mut said = by_row(&listed, of, words::permission);
        let unknown: Vec<Procedure> = listed
            .into_iter()
            .filter(|&code| of(code).is_none())
            .collect();
        if said.is_empty() {
            // The commonest code stands for all.
            let any = unknown.first().copied();
            let any = any.or_else(|| Procedure::parse(b"97110")).and_then(of);
            said.extend(any.map(|answer| Said {
                value: json!({"is": words::permission(answer.value)}),
                words: words::permission(answer.value).to_owned(),
                of: Vec::new(),
                standing: Some(standing(&answer)),
            }));
        } else if !unknown.is_empty() {
            said.push(Said {
                value: json!({"is": null, "codes": items(&unknown)}),
                words: words::NOT_KNOWN.to_owned(),
                of: unknown.iter().map(ToString::to_string).collect(),
                standing: None,
            });
        }
        // What holds for every code that is paid needs no list of them.
        if let [one] = &mut said[..] {
            one.of.clear();
        }
        self.facts.push(Fact {
            key: "audio_only",
            label: "Audio-only",
            said,
            several: true,
            optional: false,
        });
    }

    /// What part of the fee is paid for an assistant's work.
    fn assistants_fee(&mut self) {
        let mut said = Vec::new();
        for modifier in [b"CQ", b"CO"]
            .into_iter()
            .filter_map(|m| Modifier::parse(m))
        {
            let Some(answer) = self.policy.assistant(modifier, self.date) else {
                continue;
            };
            let Some(percent) = answer.value.pay_percent else {
                continue;
            };
            let with = answer.value.with;
            said.push(Said {
                value: json!({"modifier": modifier.to_string(), "with": with.to_string(), "percent": percent}),
                words: String::new(),
                of: vec![format!("{percent}% for {modifier} with {with}")],
                standing: Some(standing(&answer)),
            });
        }
        self.several(("assistants_fee", "Fee, assistants"), said);
    }
}

/// The row of an answer and how sure it is.
pub(super) fn standing<T>(answer: &Answer<T>) -> Answer<()> {
    Answer {
        value: (),
        confidence: answer.confidence,
        cap: answer.cap,
        open: answer.open,
        row: answer.row,
    }
}

/// The codes of which one row says one thing, together.
fn by_row<T>(
    codes: &[Procedure],
    ask: impl Fn(Procedure) -> Option<Answer<T>>,
    words: impl Fn(T) -> &'static str,
) -> Vec<Said> {
    let mut groups: Vec<(&str, Answer<()>, Vec<Procedure>)> = Vec::new();
    for &code in codes {
        let Some(answer) = ask(code) else { continue };
        let row = standing(&answer);
        let said = words(answer.value);
        match groups
            .iter_mut()
            .find(|group| (group.0, group.1) == (said, row))
        {
            Some((_, _, codes)) => codes.push(code),
            None => groups.push((said, row, vec![code])),
        }
    }
    let said = groups.into_iter().map(|(words, row, codes)| Said {
        value: match words {
            "" => items(&codes),
            words => json!({"is": words, "codes": items(&codes)}),
        },
        words: words.to_owned(),
        of: codes.iter().map(ToString::to_string).collect(),
        standing: Some(row),
    });
    said.collect()
}

/// The facts of a policy on a date.
pub(super) fn telehealth(policy: &Policy, date: Date) -> Vec<Fact> {
    let mut teller = Teller {
        policy,
        date,
        facts: Vec::new(),
    };
    teller.telehealth();
    teller.facts
}
