//! What claims are judged by: the rules by what they look at, the policies, the configuration.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Fixing;
use crate::claim::{Claim, Line};
use crate::policy::PolicyBook;
use crate::rules::faults;
use crate::rules::features::Sifted;
use crate::rules::registry::RULES;
use crate::rules::services::Services;
use crate::rules::severities::Severities;
use crate::rules::{Check, Context, Features, Finding, LevelView, Remote, Report, Rule, envelope};
use crate::scrub::governing::Governing;
use crate::scrub::item::Fate;
use crate::value::{Confidence, Date, Severity};
use crate::x12::survey::Note;

/// What claims are judged by.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// What "today" is.
    pub today: Date,
    /// Facts below this confidence only warn.
    pub reject_at: Confidence,
    /// The policies.
    pub policies: Arc<PolicyBook>,
    /// Policies by payer, from the configuration.
    pub governing: Governing,
    /// Severities the configuration sets.
    pub severities: Severities,
    /// What becomes of claims that an unknown policy governs.
    pub unchecked: Fate,
    /// Which fixes are applied and shown.
    pub fixing: Fixing,
    /// Whether people have edited the input, so that wrong counts (SE01, GE01, IEA01) and
    /// hierarchy numbers only warn: the outputs have the right ones.
    pub counts_by_hand: bool,
    /// Days after it was gathered up to which a policy is taken to cover dates of
    /// service.
    pub policy_days: i64,
    pub(super) checks: Checks,
}

pub(super) type LevelCheck = fn(&LevelView<'_>, &mut Report<'_>);
pub(super) type ClaimCheck = fn(&Claim<'_>, &Context<'_>, &mut Report<'_>);
pub(super) type TelehealthCheck = fn(&Claim<'_>, &Line, &Remote<'_>, &Context<'_>, &mut Report<'_>);
pub(super) type LineCheck = fn(&Claim<'_>, &Line, &Context<'_>, &mut Report<'_>);

/// The next [`Checks::serial`].
static NEXT_SERIAL: AtomicU64 = AtomicU64::new(1);

/// The checks of the registry by what they look at, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
    pub provider: Vec<(&'static Rule, LevelCheck)>,
    pub subscriber: Vec<(&'static Rule, LevelCheck)>,
    /// Those of a patient's level.
    pub patient: Vec<(&'static Rule, LevelCheck)>,
    pub claim: Sifted<(&'static Rule, ClaimCheck)>,
    pub line: Sifted<(&'static Rule, LineCheck)>,
    pub telehealth: Vec<(&'static Rule, TelehealthCheck)>,
    /// Other checks have another number: what a thread remembers of services
    /// ([`Services`](crate::rules::services::Services)) holds for one. 0 when nothing is to be
    /// remembered, and every check is asked of every claim.
    pub serial: u64,
}

impl Checks {
    /// Asks the rules about a claim; whether a line of it is by telehealth.
    pub(super) fn ask(
        &self,
        claim: &Claim<'_>,
        context: &Context<'_>,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let mut services = Services::of_thread(self.serial, context);
        let mut shown = services.look_over(claim, context);
        if self.serial == 0 {
            shown = Features::ALL;
        }
        for (rule, check) in self.claim.about(shown) {
            check(claim, context, &mut Report::new(rule, findings));
        }
        let of_lines = self.line.asked().or(Features::UNKNOWN_SERVICE);
        if shown.has(of_lines) {
            self.ask_of_lines(claim, context, &mut services, findings);
        }
        services.put_back();
        shown.has(Features::TELEHEALTH) && claim.lines().iter().any(Line::is_telehealth)
    }

    fn ask_of_lines(
        &self,
        claim: &Claim<'_>,
        context: &Context<'_>,
        services: &mut Services,
        findings: &mut Vec<Finding>,
    ) {
        for (at, line) in claim.lines().iter().enumerate() {
            let mut shows = services.line(at);
            if self.serial == 0 {
                shows = Features::ALL;
            }
            let before = findings.len();
            if shows.has(Features::UNKNOWN_SERVICE) {
                self.ask_telehealth(claim, line, context, findings);
            }
            for (rule, check) in self.line.about(shows) {
                check(claim, line, context, &mut Report::new(rule, findings));
            }
            if shows.has(Features::UNKNOWN_SERVICE) && findings.len() == before {
                services.passed(at);
            }
        }
    }

    fn ask_telehealth(
        &self,
        claim: &Claim<'_>,
        line: &Line,
        context: &Context<'_>,
        findings: &mut Vec<Finding>,
    ) {
        if let Some(remote) = Remote::of(claim, line, context) {
            for (rule, check) in &self.telehealth {
                let mut report = Report::new(rule, findings);
                check(claim, line, &remote, context, &mut report);
            }
        }
    }
}

impl Judgement {
    /// A judgement by the built-in rules and policies on this day.
    #[must_use]
    pub fn new(today: Date, policies: PolicyBook) -> Judgement {
        let mut checks = Checks::default();
        for &rule in RULES {
            match rule.check {
                Check::Envelope | Check::Structure | Check::Batch => {}
                Check::Provider(check) => checks.provider.push((rule, check)),
                Check::Subscriber(check) => {
                    checks.subscriber.push((rule, check));
                    checks.patient.push((rule, check));
                }
                Check::Claim(check) => checks.claim.push(Features::ALL, (rule, check)),
                Check::ClaimWith(about, check) => checks.claim.push(about, (rule, check)),
                Check::Line(check) => checks.line.push(Features::ALL, (rule, check)),
                Check::LineWith(about, check) => checks.line.push(about, (rule, check)),
                Check::Service(check) => {
                    checks.line.push(Features::UNKNOWN_SERVICE, (rule, check));
                }
                Check::Telehealth(check) => checks.telehealth.push((rule, check)),
                Check::LevelAndClaimWith(level, about, claim) => {
                    checks.provider.push((rule, level));
                    checks.subscriber.push((rule, level));
                    checks.patient.push((rule, level));
                    checks.claim.push(about, (rule, claim));
                }
                Check::ProviderAndClaimWith(level, about, claim) => {
                    checks.provider.push((rule, level));
                    checks.claim.push(about, (rule, claim));
                }
                Check::SubscriberAndClaimWith(level, about, claim) => {
                    checks.subscriber.push((rule, level));
                    checks.patient.push((rule, level));
                    checks.claim.push(about, (rule, claim));
                }
            }
        }
        checks.serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        Judgement {
            today,
            reject_at: Confidence::Medium,
            policies: Arc::new(policies),
            governing: Governing::default(),
            severities: Severities::default(),
            unchecked: Fate::Clean,
            fixing: Fixing::default(),
            counts_by_hand: false,
            policy_days: 180,
            checks,
        }
    }

    /// The same with these severities; rules that are off everywhere are not asked.
    #[must_use]
    pub fn with_severities(self, severities: Severities) -> Judgement {
        let judgement = self.only(|rule| !severities.is_off(rule));
        Judgement {
            severities,
            ..judgement
        }
    }

    /// The same by these rules of the book only, as far as claims and levels are checked by
    /// them: what a rule costs is measured so.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&Rule) -> bool) -> Judgement {
        let checks = &mut self.checks;
        checks.provider.retain(|(rule, _)| wanted(rule));
        checks.subscriber.retain(|(rule, _)| wanted(rule));
        checks.patient.retain(|(rule, _)| wanted(rule));
        checks.claim = std::mem::take(&mut checks.claim).only(|(rule, _)| wanted(rule));
        checks.line = std::mem::take(&mut checks.line).only(|(rule, _)| wanted(rule));
        checks.telehealth.retain(|(rule, _)| wanted(rule));
        if checks.serial != 0 {
            checks.serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        }
        self
    }

    /// The same, asking every rule of every claim, whatever the claim shows: what the
    /// features rules name are tested against.
    #[must_use]
    pub fn asking_all(mut self) -> Judgement {
        self.checks.serial = 0;
        self
    }

    /// What of the configuration changes verdicts, as text: part of a run's identity.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!(
            "{:?} {:?} {:?} {:?} {} {}",
            self.reject_at,
            self.severities,
            self.unchecked,
            self.fixing.apply,
            self.counts_by_hand,
            self.governing.fingerprint()
        )
    }

    /// The rules by which these faults of envelopes reject what they hold.
    pub(super) fn rejecting<'n>(
        &self,
        notes: impl Iterator<Item = &'n Note>,
    ) -> impl Iterator<Item = &'static str> {
        let told = notes.map(faults::describe);
        let rejecting = told.filter(|told| self.envelope_severity(told) == Some(Severity::Reject));
        rejecting.map(|told| told.rule.code)
    }

    /// The severity of an envelope fault: the configuration's, else the rule's own;
    /// `None` when it is off.
    #[must_use]
    pub fn envelope_severity(&self, told: &envelope::EnvelopeFault) -> Option<Severity> {
        if told.binding {
            return Some(told.severity);
        }
        if self.counts_by_hand && told.rule.code == envelope::envelope_count_wrong::RULE.code {
            return self
                .severities
                .of(told.rule, told.severity.min(Severity::Warn));
        }
        self.severities.of(told.rule, told.severity)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::registry::find;
    use crate::rules::severities::Setting;

    #[test]
    fn a_rule_that_is_off_for_everybody_is_not_asked() {
        let (rule, reject) = (find("TEL105").unwrap(), Setting::To(Severity::Reject));
        let asked = |severities: &Severities| {
            let judgement = Judgement::new(Date::MAX, PolicyBook::builtin());
            let judgement = judgement.with_severities(severities.clone());
            let mut checks = judgement.checks.telehealth.iter();
            checks.any(|(own, _)| own.code == rule.code)
        };
        let mut severities = Severities::default();
        assert!(asked(&severities));
        severities.set_for(b"P1", rule, Setting::Off);
        assert!(asked(&severities), "off for one payer");
        severities.set(rule, Setting::Off);
        assert!(!asked(&severities));
        severities.set_for(b"P2", rule, reject);
        assert!(asked(&severities), "another payer has it");
    }
}
