//! A segment of known use, and the place in it that is at fault.

use super::described::Described;
use super::words::element_name;
use crate::claim::structure::{ElementSpec, Kind, LoopNode, SegmentSpec};
use crate::claim::validate::{At, period, simple};
use crate::rules::finding::{Fix, FixSafety};
use crate::rules::rule::{Acknowledgement, Rule};
use crate::x12::{Delimiters, Segment};

/// A segment of known use, and the place in it that is at fault.
pub(super) struct Scene<'a> {
    pub(super) node: &'a LoopNode,
    pub(super) spec: &'static SegmentSpec,
    pub(super) segment: &'a Segment<'a>,
    pub(super) delimiters: Delimiters,
    pub(super) at: At,
}

impl Scene<'_> {
    /// The fault of an element, under its rule.
    pub(super) fn tell(
        &self,
        rule: &'static Rule,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Described {
        Described::new(rule, Acknowledgement::Element(code), self.at, message, help)
    }

    /// The element at fault as billers name it.
    pub(super) fn name(&self) -> String {
        element_name(self.spec.id, self.at)
    }

    /// `Professional Service (loop 2400)`.
    pub(super) fn place(&self) -> String {
        if self.node.id == "ST" {
            return format!("{} (header)", self.spec.name);
        }
        format!("{} (loop {})", self.spec.name, self.node.id)
    }

    /// The specification of the element or component at fault.
    pub(super) fn element(&self) -> Option<&'static ElementSpec> {
        let element = self
            .spec
            .elements
            .get(usize::from(self.at.element).checked_sub(1)?)?;
        match usize::from(self.at.component).checked_sub(1) {
            None => Some(element),
            Some(component) => element.components.get(component),
        }
    }

    /// The value at fault.
    pub(super) fn value(&self) -> &[u8] {
        let (element, component) = (usize::from(self.at.element), usize::from(self.at.component));
        match (element, component) {
            (0, _) => self.segment.text(),
            (_, 0) => self.segment.element(element),
            _ => self.segment.component(element, component, self.delimiters),
        }
    }

    /// Whether the element repeats: a place in it then names no single value.
    pub(super) fn is_repeated(&self) -> bool {
        self.segment
            .element(usize::from(self.at.element))
            .contains(&self.delimiters.repetition)
    }

    /// The value before the one at fault: of a date, the format.
    pub(super) fn value_before(&self) -> &[u8] {
        let (element, component) = (usize::from(self.at.element), usize::from(self.at.component));
        match component {
            0 => self.segment.element(element.saturating_sub(1)),
            _ => self
                .segment
                .component(element, component.saturating_sub(1), self.delimiters),
        }
    }

    /// How to take the blanks at the ends of the value out, if it is a number or a date without
    /// them.
    pub(super) fn without_blanks(&self) -> Option<Fix> {
        let spec = self.element()?;
        let replacement = self.replacement(str::trim)?;
        let value = replacement.as_bytes();
        let mut is_good = true;
        match spec.kind {
            Kind::Text | Kind::Code | Kind::Composite => is_good = false,
            Kind::Period => period(self.value_before(), value, spec, |_| is_good = false),
            _ => simple(value, spec, |_| is_good = false),
        }
        is_good.then(|| safe("drop the blanks at the ends", replacement))
    }

    /// The value at fault, changed; none when it stays the same, would be empty, or is
    /// one of several repetitions.
    pub(super) fn replacement(&self, change: impl FnOnce(&str) -> &str) -> Option<String> {
        if self.is_repeated() {
            return None;
        }
        let value = std::str::from_utf8(self.value()).ok()?;
        let changed = change(value);
        (changed != value && !changed.is_empty()).then(|| changed.to_owned())
    }
}

/// A fix that can't change the meaning.
pub(super) fn safe(title: &str, replacement: String) -> Fix {
    Fix {
        safety: FixSafety::Safe,
        title: title.to_owned(),
        replacement,
    }
}
