//! What the configuration makes of findings: severities by rule, and by payer and rule.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::rule::Rule;
use crate::value::Severity;

/// What the configuration makes of a rule's findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// They have this severity instead of the rule's own.
    To(Severity),
    /// They are not told.
    Off,
}

type ByRule = BTreeMap<&'static str, Setting>;

/// The settings of a configuration.
///
/// A setting stands for the rule's own severity. What a rule or a policy row has
/// softened below that (a fact of low confidence, a code no list can settle) stays as
/// soft: a setting never makes a doubt a rejection.
#[derive(Clone, Debug, Default)]
pub struct Severities {
    everywhere: ByRule,
    by_payer: BTreeMap<Vec<u8>, ByRule>,
}

impl Severities {
    /// Sets what becomes of a rule's findings.
    pub fn set(&mut self, rule: &'static Rule, setting: Setting) {
        self.everywhere.insert(rule.code, setting);
    }

    /// Sets it for claims to one payer (2010BB NM109), before what holds everywhere.
    pub fn set_for(&mut self, payer: &[u8], rule: &'static Rule, setting: Setting) {
        let settings = self.by_payer.entry(payer.to_vec()).or_default();
        settings.insert(rule.code, setting);
    }

    /// Gives the findings on a claim to this payer, or on no claim when it is empty,
    /// the severities that are set, and drops those that are off. What could not be read stays.
    pub fn settle(&self, payer: &[u8], findings: &mut Vec<Finding>) {
        if findings.is_empty() || (self.everywhere.is_empty() && self.by_payer.is_empty()) {
            return;
        }
        let own = self.by_payer.get(payer);
        findings.retain_mut(|finding| {
            if finding.syntax.is_some_and(|note| note.unread) {
                return true;
            }
            let settled = self.settled(own, finding.rule, finding.severity);
            finding.severity = settled.unwrap_or(finding.severity);
            settled.is_some()
        });
    }

    /// The severity of a finding on no claim; `None` when it is off.
    #[must_use]
    pub fn of(&self, rule: &Rule, severity: Severity) -> Option<Severity> {
        self.settled(None, rule, severity)
    }

    /// The severity of a finding on a claim to this payer; `None` when it is off.
    #[must_use]
    pub fn for_payer(&self, payer: &[u8], rule: &Rule, severity: Severity) -> Option<Severity> {
        self.settled(self.by_payer.get(payer), rule, severity)
    }

    /// Whether the rule is off for every payer, so that it need not be asked.
    #[must_use]
    pub fn is_off(&self, rule: &Rule) -> bool {
        let off = |settings: &ByRule| settings.get(rule.code) == Some(&Setting::Off);
        let mut payers = self.by_payer.values();
        off(&self.everywhere) && payers.all(|own| !own.contains_key(rule.code) || off(own))
    }

    fn settled(&self, own: Option<&ByRule>, rule: &Rule, severity: Severity) -> Option<Severity> {
        let setting = own
            .and_then(|settings| settings.get(rule.code))
            .or_else(|| self.everywhere.get(rule.code));
        match setting {
            None => Some(severity),
            Some(Setting::Off) => None,
            Some(Setting::To(set)) if severity < rule.severity => Some(severity.min(*set)),
            Some(Setting::To(set)) => Some(*set),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rules::Spot;
    use crate::rules::registry::find;

    #[test]
    fn a_payer_goes_before_everywhere_and_a_doubt_stays_a_doubt() {
        let (rule, other) = (find("TEL104").unwrap(), find("TEL105").unwrap());
        let mut severities = Severities::default();
        severities.set(rule, Setting::To(Severity::Warn));
        severities.set_for(b"P1", rule, Setting::To(Severity::Reject));
        severities.set_for(b"P2", rule, Setting::Off);
        let finding = |rule, severity| Finding {
            rule,
            severity,
            unchecked: false,
            loop_id: "2400",
            service_line: None,
            spot: Spot::segment(0),
            message: String::new(),
            help: String::new(),
            cited: None,
            fix: None,
            syntax: None,
            answer: None,
        };
        let settle = |payer: &[u8], severity| {
            let mut findings = vec![finding(rule, severity), finding(other, severity)];
            severities.settle(payer, &mut findings);
            findings
                .iter()
                .map(|finding| (finding.rule.code, finding.severity))
                .collect::<Vec<_>>()
        };
        let (reject, warn) = (Severity::Reject, Severity::Warn);
        assert_eq!(settle(b"", reject), [("TEL104", warn), ("TEL105", reject)]);
        assert_eq!(
            settle(b"P1", reject),
            [("TEL104", reject), ("TEL105", reject)]
        );
        assert_eq!(settle(b"P1", warn), [("TEL104", warn), ("TEL105", warn)]);
        assert_eq!(settle(b"P2", reject), [("TEL105", reject)]);
    }
}
