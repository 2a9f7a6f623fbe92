//! What a rule found: where, what, and what would be right.

use std::sync::Arc;

use super::context::Context;
use super::rule::{Acknowledgement, Rule};
use crate::claim::Line;
use crate::policy::{self, Cited};
use crate::value::Severity;

/// A place in a block: a segment, an element of it, a component of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Index of the segment in the block.
    pub segment: u32,
    /// Element, from 1; 0 for the segment as a whole.
    pub element: u8,
    /// Component, from 1; 0 for the element as a whole.
    pub component: u8,
}

impl Spot {
    /// The segment as a whole.
    #[must_use]
    pub fn segment(segment: u32) -> Spot {
        Spot {
            segment,
            element: 0,
            component: 0,
        }
    }

    /// An element of the segment.
    #[must_use]
    pub fn element(segment: u32, element: u8) -> Spot {
        Spot {
            segment,
            element,
            component: 0,
        }
    }

    /// A component of an element.
    #[must_use]
    pub fn component(segment: u32, element: u8, component: u8) -> Spot {
        Spot {
            segment,
            element,
            component,
        }
    }
}

/// A change that would mend the finding, for a machine to apply.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Fix {
    /// `safe`: the meaning cannot change. `unsafe`: a person must agree.
    pub safety: FixSafety,
    /// What it does, in words.
    pub title: String,
    /// What the element or component should hold instead.
    pub replacement: String,
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixSafety {
    /// The meaning cannot change.
    Safe,
    /// A person must agree.
    Unsafe,
}

/// What a 999 says of a fault of syntax.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SyntaxNote {
    /// [`Acknowledgement::Segment`] or [`Acknowledgement::Element`] with the exact code.
    pub answer: Acknowledgement,
    /// The segment that is not there (IK301); the one at the spot if none is named.
    pub missing: Option<&'static str>,
    /// The loop that it belongs to; empty where that is the finding's.
    pub missing_from: &'static str,
    /// The X12 data element number (IK402); 0 when none is known.
    pub data_element: u16,
    /// Whether something could not be read at all: no setting lets that pass.
    pub unread: bool,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// What it does to the claim.
    pub severity: Severity,
    /// Whether it says that a fact is missing, so that the claim is unchecked.
    pub unchecked: bool,
    /// The loop, such as `2400`.
    pub loop_id: &'static str,
    /// The number of the service line, from 1.
    pub service_line: Option<u32>,
    /// Where.
    pub spot: Spot,
    /// What is wrong, as a sentence. Names codes, never people.
    pub message: String,
    /// What would be right or what to do.
    pub help: String,
    /// The policy row it rests on.
    pub cited: Option<Arc<Cited>>,
    /// A change that would mend it.
    pub fix: Option<Fix>,
    /// Of a fault of syntax: what the 999 says.
    pub syntax: Option<SyntaxNote>,
    /// What a 277CA says of it, where the rule speaks of several things.
    pub answer: Option<Acknowledgement>,
}

impl Finding {
    /// A finding of a rule that says this, and nothing else yet.
    #[must_use]
    pub fn new(
        rule: &'static Rule,
        severity: Severity,
        loop_id: &'static str,
        spot: Spot,
        message: String,
    ) -> Finding {
        Finding {
            rule,
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
            answer: None,
        }
    }

    /// By what the findings of a claim are ordered: segment, element, component, then rule.
    #[must_use]
    pub fn place(&self) -> (u32, u8, u8, &'static str) {
        let Spot {
            segment,
            element,
            component,
        } = self.spot;
        (segment, element, component, self.rule.code)
    }

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

    /// Says what a 277CA says of it: category, status and entity.
    pub fn answered(
        &mut self,
        (category, status, entity): (&'static str, &'static str, &'static str),
    ) -> &mut Finding {
        self.answer = Some(Acknowledgement::Claim(category, status, entity));
        self
    }

    /// Marks that a fact is missing, so that the claim is unchecked.
    pub fn unchecked(&mut self) -> &mut Finding {
        self.unchecked = true;
        self
    }
}

/// Collects the findings of one rule on one level or claim.
#[derive(Debug)]
pub struct Report<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Report<'a> {
    /// A report for this rule that adds to `findings`.
    #[inline]
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

    /// Adds a finding that rests on a row of the claim's policy: its severity is the rule's,
    /// lowered to what the row's confidence and cap allow, and it cites the row.
    pub fn add_cited<T>(
        &mut self,
        context: &Context<'_>,
        answer: &policy::Answer<T>,
        loop_id: &'static str,
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Finding {
        let severity = answer.severity(self.rule.severity, context.reject_at);
        let finding = self.push(loop_id, spot, message.into(), severity);
        finding.cited = (context.policy).map(|policy| policy.cite(answer.row).cited());
        finding
    }

    /// The same of a service line, in loop 2400.
    pub fn add_on_line<T>(
        &mut self,
        context: &Context<'_>,
        answer: &policy::Answer<T>,
        line: &Line,
        spot: Spot,
        message: impl Into<String>,
    ) -> &mut Finding {
        let finding = self.add_cited(context, answer, "2400", spot, message);
        finding.line(line.number)
    }

    fn push(
        &mut self,
        loop_id: &'static str,
        spot: Spot,
        message: String,
        severity: Severity,
    ) -> &mut Finding {
        let finding = Finding::new(self.rule, severity, loop_id, spot, message);
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}
