//! TEL190: a telehealth line on which the known policy has no answer.

use std::fmt::{self, Display, Write};

use super::{Channel, Obstacle, Reach, Remote, mark_spot, telehealth_code_not_payable as code};
use crate::claim::{Claim, Line};
use crate::policy::{self, CodeStanding, CommunicationKind, Permission, PlaceRule};
use crate::rules::{Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope};
use crate::value::{Confidence, Modifier, Procedure, Severity};

/// TEL190.
pub static RULE: Rule = Rule {
    code: "TEL190",
    name: "telehealth-policy-unknown",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Warn,
    what: "The payer's policy is at hand, but does not say something that decides this telehealth line on its date of service: whether the payer pays telehealth, whether it pays this code, which place of service or modifier it wants, or whether it allows what the line's modifiers say. Policies speak of therapy: a line is that by its modifier (GP, GO, GN), by who rendered it, or by a code that always is therapy or that the policy names. A telehealth line of another service, or of a discipline the policy does not speak of, is told here and judged by no other rule on telehealth policy but TEL113.",
    why: "What is not known is not approved: the claim is neither rejected on a guess nor passed in silence. It counts as unchecked.",
    remedy: "Ask who publishes the policy, and state the answer in a policy file of your own (`--policy`); the line is then judged in full.",
    fails: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "a payer whose place of service for telehealth is not known on 2026-03-02",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*60*UN*2*11**1~\nDTP*472*D8*20260302~",
        note: "the same payer in person: nothing is asked of its telehealth policy",
    },
    sources: &[
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
        "https://www.cchpca.org",
    ],
    asks_policy: true,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::POLICY_SILENT, check),
};

/// Whether the policy lacks an answer for the line, whatever else is told of it.
pub(in crate::rules) fn lacks(line: &Line, remote: &Remote<'_>) -> bool {
    !missing(line, remote, |_, _| None).is_empty()
}

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    // Lines that lack the same facts on the same day share one finding.
    let mut told: Vec<Unknown<'_>> = Vec::new();
    let told_as = |rule: &Rule, answer: &_| context.told_as(rule, answer, claim.payer_id());
    for line in claim.lines() {
        let Some(remote) = Remote::of(claim, line, context) else {
            continue;
        };
        let missing = missing(line, &remote, told_as);
        if missing.is_empty() {
            continue;
        }
        let same =
            |other: &&mut Unknown<'_>| other.remote.date == remote.date && other.missing == missing;
        if let Some(other) = told.iter_mut().find(same) {
            other.more.push(line.number);
        } else {
            told.push(Unknown {
                line,
                remote,
                missing,
                more: Vec::new(),
            });
        }
    }
    for unknown in &told {
        unknown.tell(claim, context, report);
    }
}

/// Facts missing for a line, and for others like it.
struct Unknown<'a> {
    line: &'a Line,
    remote: Remote<'a>,
    missing: Vec<Fact>,
    more: Vec<u32>,
}

impl Unknown<'_> {
    fn tell(&self, claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
        let Unknown {
            line,
            remote,
            missing,
            more,
        } = self;
        let (policy, date) = (remote.policy, remote.date);
        let (loop_id, spot, _) = mark_spot(claim, line, remote.sv1);
        let mut message = format!(
            "the policy of {} is not known for a telehealth line of {date}",
            policy.name(),
        );
        // Writing to a string cannot fail.
        for (at, fact) in missing.iter().enumerate() {
            let between = if at == 0 { ": " } else { "; " };
            let _ = write!(message, "{between}{fact}");
        }
        if !more.is_empty() {
            let _ = write!(message, " (service lines {}", line.number);
            for number in more {
                let _ = write!(message, ", {number}");
            }
            message.push(')');
        }
        let publisher = match policy.publisher() {
            "" => "the payer",
            publisher => publisher,
        };
        let help = match remote.reach {
            Reach::Therapy => {
                format!("{publisher} publishes it; state the answer in a policy file of your own")
            }
            Reach::Discipline(discipline) => {
                let mut all = String::new();
                for known in policy.disciplines() {
                    let _ = write!(all, "\"{known}\", ");
                }
                format!(
                    "{publisher} publishes it; state the answer in a policy file of your own, with disciplines = [{all}\"{discipline}\"]"
                )
            }
            Reach::OtherService => format!(
                "hold the line against what {publisher} publishes on this service; if it is therapy, name its discipline (GP, GO or GN)"
            ),
        };
        let governing = policy
            .governing_row(date)
            .filter(|_| remote.reach == Reach::Therapy);
        let finding = match governing {
            // The row is cited for what it leaves open, so its confidence decides nothing.
            Some(row) => {
                let answer = policy::Answer {
                    value: (),
                    confidence: Confidence::High,
                    cap: None,
                    open: false,
                    row,
                };
                report.add_cited(context, &answer, loop_id, spot, message)
            }
            None => report.add(loop_id, spot, message),
        };
        finding.help(help).line(line.number).unchecked();
    }
}

/// Something of a line that the policy does not say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fact {
    Discipline(Modifier),
    Service(Option<Procedure>),
    Coverage,
    Code(Procedure),
    Place,
    Way(Channel),
    Modifiers(Channel),
    ModifiersOn(CommunicationKind),
    Assistant,
    Home,
}

impl Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = |channel: &Channel| match channel {
            Channel::Video => "live video",
            Channel::AudioOnly => "audio-only",
            Channel::StoreAndForward => "store-and-forward",
        };
        match self {
            Fact::Discipline(discipline) => write!(
                f,
                "it speaks of another therapy, and the line is under {discipline}"
            ),
            Fact::Service(Some(code)) => {
                write!(
                    f,
                    "it speaks of therapy, and {code} is not billed as therapy"
                )
            }
            Fact::Service(None) => {
                f.write_str("it speaks of therapy, and the line is not billed as therapy")
            }
            Fact::Coverage => f.write_str("whether it pays physical therapy by telehealth"),
            Fact::Code(code) => write!(f, "whether it pays {code} by telehealth"),
            Fact::Place => f.write_str("the place of service it wants"),
            Fact::Way(channel) => write!(f, "whether it allows {}", way(channel)),
            Fact::Modifiers(channel) => write!(f, "the modifiers it wants for {}", way(channel)),
            Fact::ModifiersOn(kind) => write!(f, "the modifiers it wants on a {}", kind.as_str()),
            Fact::Assistant => f.write_str("whether an assistant may furnish telehealth"),
            Fact::Home => f.write_str("whether the patient may be at home"),
        }
    }
}

/// What is not known and would decide. Empty, and so without allocation, when all is. `told_as`
/// says how severe a finding of another rule is that rests on a fact.
fn missing(
    line: &Line,
    remote: &Remote<'_>,
    told_as: impl Fn(&'static Rule, &policy::Answer<()>) -> Option<Severity>,
) -> Vec<Fact> {
    let (policy, date) = (remote.policy, remote.date);
    let mut missing = Vec::new();
    // Whatever else is unknown, a line that is rejected is told to be wrong already, and
    // what is no telehealth is asked nothing. A warning hides nothing, nor does a rule that is off.
    let rejects = |rule, answer| told_as(rule, answer) == Some(Severity::Reject);
    if let Some((obstacle, answer)) = &remote.obstacle {
        let settles = match obstacle {
            Obstacle::Communication => told_as(obstacle.rule(), answer).is_some(),
            Obstacle::NotCovered | Obstacle::HandsOn => rejects(obstacle.rule(), answer),
        };
        if settles {
            return missing;
        }
    }
    match remote.reach {
        Reach::Therapy => {}
        Reach::Discipline(discipline) => return vec![Fact::Discipline(discipline)],
        Reach::OtherService => return vec![Fact::Service(line.procedure)],
    }
    if policy.coverage(date).is_none() {
        missing.push(Fact::Coverage);
    }
    if let Some(procedure) = line.procedure {
        match policy.code(procedure, date) {
            Some(answer) if answer.value == CodeStanding::Listed => {}
            Some(answer) if rejects(&code::RULE, &answer.map(|_| ())) => return Vec::new(),
            Some(_) => {}
            None => missing.push(Fact::Code(procedure)),
        }
    }
    // Where it is not settled that a communication service is telehealth, nobody knows which
    // of its marks the service takes.
    let unsettled = remote
        .communication
        .filter(|service| service.telehealth.is_none());
    let place = policy.place(date).map(|answer| answer.value);
    let place = place.filter(|_| unsettled.is_none());
    if place.is_none() {
        missing.push(Fact::Place);
    }
    let channel = remote.channel;
    let permission = match channel {
        Channel::Video => Some(Permission::Allowed),
        Channel::AudioOnly => line
            .procedure
            .and_then(|code| policy.audio_only(code, date))
            .map(|answer| answer.value),
        Channel::StoreAndForward => policy.store_and_forward(date).map(|answer| answer.value),
    };
    if permission.is_none() && (channel == Channel::StoreAndForward || line.procedure.is_some()) {
        missing.push(Fact::Way(channel));
    }
    // A way that is not allowed needs no modifier, and GQ has no rival for its own.
    if let Some(service) = unsettled {
        missing.push(Fact::ModifiersOn(service.kind));
    } else if channel != Channel::StoreAndForward
        && permission != Some(Permission::NotAllowed)
        && remote.wanted(channel).is_none()
    {
        missing.push(Fact::Modifiers(channel));
    }
    if (line.modifiers.has(b"CQ") || line.modifiers.has(b"CO"))
        && policy.assistant_by_telehealth(date).is_none()
    {
        missing.push(Fact::Assistant);
    }
    // A payer that names its places has said by that whether the home is one.
    let named = matches!(place, Some(PlaceRule::OneOf(_) | PlaceRule::InPerson));
    if !named
        && line.place.is_some_and(|place| place.bytes() == *b"10")
        && policy.home(date).is_none()
    {
        missing.push(Fact::Home);
    }
    missing
}
