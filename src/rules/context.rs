//! What a rule may ask, and where it puts what it finds.

use super::finding::{Finding, Fix, Spot};
use super::rule::Rule;
use crate::claim::parts::{BillingParts, PatientParts, SubscriberParts};
use crate::claim::text::Text;
use crate::policy::{Answer, Confidence, Policy};
use crate::value::{Date, Severity};

/// What is known about a claim besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What "today" is.
    pub today: Date,
    /// The policy that governs the claim; `None` when it could not be told.
    pub policy: Option<&'a Policy>,
    /// Facts below this confidence only warn.
    pub reject_at: Confidence,
    /// The day on which the same claim was accepted in an earlier run and not voided
    /// since, by the ledger; `None` also when there is none.
    pub accepted_before: Option<Date>,
}

/// A hierarchical level with what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct LevelView<'a> {
    /// The block.
    pub text: Text<'a>,
    /// What "today" is.
    pub today: Date,
    /// The billing provider's level.
    pub billing: &'a BillingParts,
    /// The subscriber's level; `None` when the billing provider's is looked at.
    pub subscriber: Option<&'a SubscriberParts>,
    /// The patient's level; `None` unless it is the one looked at.
    pub patient: Option<&'a PatientParts>,
}

/// Collects the findings of one rule on one level or claim.
#[derive(Debug)]
pub struct Report<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Report<'a> {
    /// A report for this rule that adds to `findings`.
    pub fn new(rule: &'static Rule, findings: &'a mut Vec<Finding>) -> Report<'a> {
        Report { rule, findings }
    }

    /// Adds a finding of the rule's own severity. The returned builder takes the rest.
    pub fn add(
        &mut self,
        loop_id: &'static str,
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Finding {
        let severity = self.rule.severity;
        self.push(loop_id, spot, message.into(), severity)
    }

    /// Adds a finding of another severity than the rule's own.
    pub fn add_as(
        &mut self,
        severity: Severity,
        loop_id: &'static str,
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(loop_id, spot, message.into(), severity)
    }

    /// Adds a finding that rests on a policy row: its severity is the rule's, lowered
    /// to what the row's confidence and cap allow, and it cites the row.
    pub fn add_cited<T>(
        &mut self,
        context: &Context<'_>,
        policy: &Policy,
        answer: &Answer<T>,
        loop_id: &'static str,
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Finding {
        let severity = answer.severity(self.rule.severity, context.reject_at);
        let finding = self.push(loop_id, spot, message.into(), severity);
        finding.cited = Some(policy.cite(answer.row).cited());
        finding
    }

    fn push(
        &mut self,
        loop_id: &'static str,
        spot: Spot,
        message: String,
        severity: Severity,
    ) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule,
            severity,
            unchecked: false,
            loop_id,
            service_line: None,
            spot,
            message,
            help: String::new(),
            cited: None,
            fix: None,
            syntax: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

impl Finding {
    /// Says what would be right.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Finding {
        self.help = help.into();
        self
    }

    /// Names the service line.
    pub fn line(&mut self, number: u32) -> &mut Finding {
        self.service_line = Some(number);
        self
    }

    /// Attaches a fix.
    pub fn fix(&mut self, fix: Fix) -> &mut Finding {
        self.fix = Some(fix);
        self
    }

    /// Marks that a fact is missing, so that the claim is unchecked.
    pub fn unchecked(&mut self) -> &mut Finding {
        self.unchecked = true;
        self
    }
}
