//! SYN: segments, elements and loops against the guide.
//!
//! The walk and the structure table find the faults; here each gets its rule, the
//! code a 999 answers it with, its words and, where one is honest, its fix.

pub mod characters_out_of_place;
pub mod code_not_in_list;
pub mod data_type_wrong;
pub mod date_or_time_invalid;
pub mod element_not_used;
pub mod element_relation_broken;
pub mod hierarchy_broken;
pub mod length_out_of_range;
pub mod repeated_past_maximum;
pub mod required_element_missing;
pub mod required_loop_missing;
pub mod required_segment_missing;
pub mod segment_not_expected;
pub mod service_line_number;
pub mod too_many_elements;
mod words;

pub use words::element_name;

use super::finding::{Fix, FixSafety, SyntaxNote};
use super::rule::{Answer, Rule};
use crate::claim::structure::{ElementSpec, Kind, LoopNode, STRUCTURE, SegmentSpec, pack};
use crate::claim::validate::{At, Violation};
use crate::claim::walk;
use crate::value::Severity;
use crate::x12::survey::HierarchyFault;
use crate::x12::{Delimiters, Segment};

/// A fault of syntax, in words.
#[derive(Clone, Debug)]
pub struct Described {
    /// The rule it falls under.
    pub rule: &'static Rule,
    /// What it does, unless the configuration says otherwise.
    pub severity: Severity,
    /// Where in the segment.
    pub at: At,
    /// What is wrong, as a sentence. Quotes codes, never people.
    pub message: String,
    /// What to do.
    pub help: String,
    /// A change that would mend it. An empty replacement under SYN014 means: drop the
    /// empty elements from here to the end of the segment, their separators included.
    pub fix: Option<Fix>,
    /// What the 999 says.
    pub note: SyntaxNote,
}

impl Described {
    fn new(
        rule: &'static Rule,
        answer: Answer,
        at: At,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Described {
        Described {
            rule,
            severity: rule.severity,
            at,
            message: message.into(),
            help: help.into(),
            fix: None,
            note: SyntaxNote {
                answer,
                missing: None,
                data_element: 0,
            },
        }
    }

    /// Names the segment that is not there.
    fn missing(mut self, segment: Option<&'static str>) -> Described {
        self.note.missing = segment;
        self
    }

    /// Names the data element.
    fn data_element(mut self, number: u16) -> Described {
        self.note.data_element = number;
        self
    }
}

/// Puts a violation that the walk or the structure table told under its rule and into
/// words. `segment` is the segment it was told at.
#[must_use]
pub fn describe(
    told: &walk::Told,
    at: At,
    segment: &Segment<'_>,
    delimiters: Delimiters,
) -> Described {
    let node = STRUCTURE.node(told.node);
    match told.violation {
        Violation::SegmentUnknown => segment_unknown(segment),
        Violation::SegmentMisplaced => {
            let id = words::text(segment.id());
            Described::new(
                &segment_not_expected::RULE,
                Answer::Segment("2"),
                At::default(),
                format!(
                    "a segment {id} with this qualifier has no place here: neither {} nor the loops around it take it",
                    words::loop_name(node)
                ),
                format!(
                    "move the {id} to the loop it belongs to, correct its qualifier, or take it out"
                ),
            )
        }
        Violation::SegmentMissing(missing) => {
            let spec = STRUCTURE.segments.get(usize::from(missing));
            let (label, name) =
                spec.map_or_else(Default::default, |spec| (words::label(spec), spec.name));
            Described::new(
                &required_segment_missing::RULE,
                Answer::Segment("3"),
                At::default(),
                format!(
                    "{} lacks its required segment {label}, {name}",
                    words::loop_name(node)
                ),
                format!("add the segment {label} to the loop"),
            )
            .missing(spec.map(|spec| spec.id))
        }
        Violation::LoopMissing(missing) => {
            let missing = STRUCTURE.nodes.get(usize::from(missing)).unwrap_or(node);
            let first = missing
                .segments
                .first()
                .and_then(|&first| STRUCTURE.segments.get(usize::from(first)));
            Described::new(
                &required_loop_missing::RULE,
                Answer::Segment("3"),
                At::default(),
                format!(
                    "{} lacks its required {}",
                    words::loop_name(node),
                    words::loop_name(missing)
                ),
                format!(
                    "add the loop; it starts with the segment {}",
                    first.map(words::label).unwrap_or_default()
                ),
            )
            .missing(first.map(|spec| spec.id))
        }
        Violation::LoopRepeated if node.id == "2400" => Described::new(
            &service_line_number::RULE,
            Answer::Segment("4"),
            At::default(),
            format!("the claim has more than {} service lines", node.repeat),
            format!(
                "split the claim: at most {} lines in each, with a CLM01 and a total charge of its own",
                node.repeat
            ),
        ),
        Violation::LoopRepeated => Described::new(
            &repeated_past_maximum::RULE,
            Answer::Segment("4"),
            At::default(),
            format!(
                "{} stands more often than the {} the guide allows",
                words::loop_name(node),
                words::times(node.repeat)
            ),
            "keep the loops that are right and take the others out, or split the claim",
        ),
        _ => {
            let Some(spec) = segment_spec(told.node, segment, delimiters) else {
                return segment_unknown(segment);
            };
            let scene = Scene {
                node,
                spec,
                segment,
                delimiters,
                at,
            };
            let number = scene.element().map_or(0, |spec| spec.data_element);
            scene.describe(told.violation).data_element(number)
        }
    }
}

/// Puts a fault that the survey saw in an HL segment under its rule and into words.
#[must_use]
pub fn describe_hierarchy(fault: HierarchyFault) -> Described {
    let (element, number, message, help) = match fault {
        HierarchyFault::Number => (
            1,
            628,
            "HL01 does not follow on the HL01 before it: levels count from 1 by 1 in each transaction set",
            "number the HL segments of the transaction set through from 1, and point each HL02 at its parent's number",
        ),
        HierarchyFault::Parent => (
            2,
            734,
            "HL02 does not name the level above that is open: a subscriber's is its billing provider's HL01, a \
             patient's its subscriber's, and a billing provider has none",
            "write the HL01 of the level above into HL02; leave it empty at HL03 20",
        ),
        HierarchyFault::Level => (
            3,
            735,
            "HL03 is none of 20, 22 and 23, or such a level can't stand where HL02 puts it",
            "put a billing provider (20) before its subscribers (22), and a subscriber before its patients (23)",
        ),
        HierarchyFault::Child | HierarchyFault::Childless => (
            4,
            736,
            "HL04 does not tell the truth about the levels below: it is 1 when some follow, 0 when none does",
            "make HL04 1 or 0 as the levels below say, or add the level that is missing",
        ),
    };
    Described::new(
        &hierarchy_broken::RULE,
        Answer::Element("7"),
        At {
            element,
            component: 0,
        },
        message,
        help,
    )
    .data_element(number)
}

/// Says of a claim that the level it belongs to has lost its HL.
#[must_use]
pub fn describe_level_missing() -> Described {
    Described::new(
        &hierarchy_broken::RULE,
        Answer::Segment("3"),
        At::default(),
        "segments of a billing provider, subscriber or patient stand before this claim without the HL that          starts their level, so that it can't be told whose claim it is",
        "put the HL back that starts the level",
    )
    .missing(Some("HL"))
}

/// Puts a byte outside the X12 character sets, found in this place, under its rule and
/// into words. Control characters reject; what lies above ASCII warns.
#[must_use]
pub fn odd_byte(byte: u8, at: At, segment_id: &str) -> Described {
    let is_known = STRUCTURE.knows(segment_id.as_bytes());
    let name = if is_known {
        element_name(segment_id, at)
    } else {
        "this segment".to_owned()
    };
    let rule = &characters_out_of_place::RULE;
    if byte < 0x80 {
        let message = format!(
            "{name} holds {}, which no value may hold",
            words::control(byte)
        );
        return Described::new(
            rule,
            Answer::Element("6"),
            at,
            message,
            "take the character out, or write a blank instead",
        );
    }
    Described {
        severity: Severity::Warn,
        ..Described::new(
            rule,
            Answer::Element("6"),
            at,
            format!(
                "{name} holds a byte outside ASCII (0x{byte:02X}), such as an accented letter or a curly quote"
            ),
            "write it in plain ASCII: receivers read such bytes in different ways, or refuse them",
        )
    }
}

/// Whether the byte may stand in a value as far as the X12 character sets go.
#[must_use]
pub fn is_x12_byte(byte: u8) -> bool {
    (0x20..0x7F).contains(&byte)
}

fn segment_unknown(segment: &Segment<'_>) -> Described {
    let id = segment.id();
    // What stands where an identifier belongs may be part of a name.
    let looks_like_one = (2..=3).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric);
    let what = if looks_like_one {
        format!("a segment {}", words::text(id))
    } else {
        "this segment".to_owned()
    };
    Described::new(
        &segment_not_expected::RULE,
        Answer::Segment("1"),
        At::default(),
        format!("the 837P does not know {what}"),
        "correct the identifier or take the segment out; a terminator character inside a value also cuts a segment in two",
    )
}

/// The use of the segment in this loop.
fn segment_spec(
    node: u8,
    segment: &Segment<'_>,
    delimiters: Delimiters,
) -> Option<&'static SegmentSpec> {
    let place = STRUCTURE.place(node, segment, delimiters.component)?;
    Some(STRUCTURE.spec(place))
}

/// A segment of known use, and the place in it that is at fault.
struct Scene<'a> {
    node: &'a LoopNode,
    spec: &'static SegmentSpec,
    segment: &'a Segment<'a>,
    delimiters: Delimiters,
    at: At,
}

impl Scene<'_> {
    fn describe(&self, violation: Violation) -> Described {
        let element = self.element();
        let name = element_name(self.spec.id, self.at);
        let place = self.place();
        let tell = |rule, code, message: String, help: String| {
            Described::new(rule, Answer::Element(code), self.at, message, help)
        };
        match violation {
            Violation::SegmentLate => Described::new(
                &segment_not_expected::RULE,
                Answer::Segment("7"),
                At::default(),
                format!(
                    "{}, {}, stands too late in {}",
                    words::label(self.spec),
                    self.spec.name,
                    words::loop_name(self.node)
                ),
                "put the segments of the loop into the order of the guide",
            ),
            Violation::SegmentRepeated => Described::new(
                &repeated_past_maximum::RULE,
                Answer::Segment("5"),
                At::default(),
                format!(
                    "{}, {}, stands more often in {} than the {} the guide allows",
                    words::label(self.spec),
                    self.spec.name,
                    words::loop_name(self.node),
                    words::times(self.spec.max)
                ),
                "keep the segments that are right and take the others out",
            ),
            Violation::ElementMissing => {
                let codes = element.map(words::codes).unwrap_or_default();
                let takes = if codes.is_empty() {
                    String::new()
                } else {
                    format!("; it takes {codes}")
                };
                tell(
                    &required_element_missing::RULE,
                    "1",
                    format!("{name} is required in {place} and is empty"),
                    format!("fill {name}{takes}"),
                )
            }
            Violation::ElementNotUsed => tell(
                &element_not_used::RULE,
                "I10",
                format!("{name} is filled, but the guide does not use it in {place}"),
                format!(
                    "empty {name}; if the values around it look odd, they have shifted by one separator"
                ),
            ),
            Violation::TooMany => self.too_many(&name),
            Violation::TooShort => self.length(
                "4",
                &name,
                element.map_or(0, |spec| spec.min),
                "short",
                "least",
            ),
            Violation::TooLong => self.length(
                "5",
                &name,
                element.map_or(0, |spec| spec.max),
                "long",
                "most",
            ),
            Violation::WrongType => tell(
                &data_type_wrong::RULE,
                "6",
                format!(
                    "{name} in {place} is not {}",
                    element.map_or("of its data type", |spec| words::kind(spec.kind))
                ),
                words::kind_help(&name, element.map(|spec| spec.kind)),
            ),
            Violation::CodeUnknown => self.code_unknown(&name, element),
            Violation::DateInvalid => self.date_invalid(&name, element),
            Violation::RelationBroken(index) => self.relation_broken(index),
            Violation::Blanks => {
                let mut told = tell(
                    &characters_out_of_place::RULE,
                    "6",
                    format!("{name} in {place} starts or ends with blanks"),
                    format!("take the blanks at the ends of {name} out"),
                );
                told.severity = Severity::Warn;
                told.fix = self
                    .replacement(str::trim)
                    .map(|replacement| safe("drop the blanks at the ends", replacement));
                told
            }
            Violation::Character => {
                let odd = self
                    .value()
                    .iter()
                    .copied()
                    .find(|&byte| !is_x12_byte(byte));
                odd_byte(odd.unwrap_or_default(), self.at, self.spec.id)
            }
            Violation::TrailingSeparators => {
                let mut told = Described::new(
                    &characters_out_of_place::RULE,
                    Answer::Segment("8"),
                    self.at,
                    format!(
                        "the {} segment of {place} ends with empty elements",
                        self.spec.id
                    ),
                    "drop the separators behind the last filled element",
                );
                told.severity = Severity::Warn;
                told.fix = Some(safe("drop the empty elements at the end", String::new()));
                told
            }
            // The others are told of loops and need no scene.
            Violation::SegmentUnknown
            | Violation::SegmentMisplaced
            | Violation::SegmentMissing(_)
            | Violation::LoopMissing(_)
            | Violation::LoopRepeated => segment_unknown(self.segment),
        }
    }

    /// `Professional Service (loop 2400)`.
    fn place(&self) -> String {
        if self.node.id == "ST" {
            return format!("{} (header)", self.spec.name);
        }
        format!("{} (loop {})", self.spec.name, self.node.id)
    }

    /// The specification of the element or component at fault.
    fn element(&self) -> Option<&'static ElementSpec> {
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
    fn value(&self) -> &[u8] {
        let (element, component) = (usize::from(self.at.element), usize::from(self.at.component));
        match (element, component) {
            (0, _) => self.segment.text(),
            (_, 0) => self.segment.element(element),
            _ => self.segment.component(element, component, self.delimiters),
        }
    }

    /// Whether the element repeats: a place in it then names no single value.
    fn is_repeated(&self) -> bool {
        self.segment
            .element(usize::from(self.at.element))
            .contains(&self.delimiters.repetition)
    }

    /// The value at fault, changed; none when it stays the same, would be empty, or is
    /// one of several repetitions.
    fn replacement(&self, change: impl FnOnce(&str) -> &str) -> Option<String> {
        if self.is_repeated() {
            return None;
        }
        let value = std::str::from_utf8(self.value()).ok()?;
        let changed = change(value);
        (changed != value && !changed.is_empty()).then(|| changed.to_owned())
    }

    fn too_many(&self, name: &str) -> Described {
        let rule = &too_many_elements::RULE;
        let (id, place) = (self.spec.id, self.place());
        let elements = self.spec.elements.len();
        if self.at.component > 0 {
            let parent = self
                .spec
                .elements
                .get(usize::from(self.at.element).saturating_sub(1));
            let most = parent.map_or(0, |parent| parent.components.len());
            let whole = element_name(
                id,
                At {
                    component: 0,
                    ..self.at
                },
            );
            let message =
                format!("{name} is one component too many: {whole} in {place} has at most {most}");
            let help = format!(
                "take the surplus out of {whole}, or the component separator out of its text"
            );
            return Described::new(rule, Answer::Element("13"), self.at, message, help);
        }
        if usize::from(self.at.element) > elements {
            let message =
                format!("{name} is one element too many: {id} in {place} has at most {elements}");
            let help = format!(
                "take the surplus out, or the element separator out of the text of an earlier element of {id}"
            );
            return Described::new(rule, Answer::Element("3"), self.at, message, help);
        }
        let (code, what) = if self.value().contains(&self.delimiters.component) {
            ("13", "component")
        } else {
            ("12", "repetition")
        };
        let message = format!(
            "{name} in {place} is one value, but holds the {what} separator that the ISA declares"
        );
        let help = "take the character out of the value, or declare a separator in the ISA that no value holds";
        Described::new(rule, Answer::Element(code), self.at, message, help)
    }

    fn length(
        &self,
        code: &'static str,
        name: &str,
        limit: u16,
        too: &str,
        bound: &str,
    ) -> Described {
        let is_number = self
            .element()
            .is_some_and(|spec| matches!(spec.kind, Kind::Integer | Kind::Decimal));
        let unit = if is_number { "digits" } else { "characters" };
        let message = format!(
            "{name} in {} is too {too}: it has at {bound} {limit} {unit}",
            self.place()
        );
        let help = if code == "4" {
            format!("complete {name} to {limit} {unit} or more, or leave it out")
        } else {
            format!("shorten {name} to {limit} {unit}")
        };
        Described::new(
            &length_out_of_range::RULE,
            Answer::Element(code),
            self.at,
            message,
            help,
        )
    }

    fn code_unknown(&self, name: &str, spec: Option<&ElementSpec>) -> Described {
        let value = self.value();
        // A longer value is no mistyped code; it may be a name that has shifted here.
        let is_shown = spec
            .is_some_and(|spec| spec.kind == Kind::Code && value.len() <= usize::from(spec.max))
            && value.iter().all(u8::is_ascii_graphic);
        let what = if is_shown {
            format!(
                "{name} in {} is {}, which is not",
                self.place(),
                words::text(value)
            )
        } else {
            format!("{name} in {} is not", self.place())
        };
        let codes = spec.map(words::codes).unwrap_or_default();
        let mut told = Described::new(
            &code_not_in_list::RULE,
            Answer::Element("7"),
            self.at,
            format!("{what} a code of its list"),
            format!("{name} takes {codes}"),
        );
        let tidy = std::str::from_utf8(value)
            .ok()
            .map(|value| value.trim().to_ascii_uppercase());
        let is_listed = |code: &String| {
            spec.is_some_and(|spec| {
                pack(code.as_bytes()).is_some_and(|packed| spec.codes.contains(&packed))
            })
        };
        told.fix = tidy
            .filter(|code| !code.is_empty() && is_listed(code) && !self.is_repeated())
            .map(|code| safe("write the code in capitals, without blanks", code));
        told
    }

    fn date_invalid(&self, name: &str, spec: Option<&ElementSpec>) -> Described {
        let format: &[u8] = match spec.map(|spec| spec.kind) {
            Some(Kind::Time) => b"TM",
            Some(Kind::Period) => match usize::from(self.at.component) {
                0 => self
                    .segment
                    .element(usize::from(self.at.element).saturating_sub(1)),
                component => self.segment.component(
                    usize::from(self.at.element),
                    component.saturating_sub(1),
                    self.delimiters,
                ),
            },
            _ => b"D8",
        };
        let (code, what, form) = match format {
            b"RD8" => (
                "8",
                "a range of real dates, the start not after the end",
                "CCYYMMDD-CCYYMMDD",
            ),
            b"DT" => ("8", "a real date and time", "CCYYMMDDHHMM"),
            b"TM" => ("9", "a time of day", "HHMM or HHMMSS, from 0000 to 2359"),
            _ => ("8", "a real date", "CCYYMMDD"),
        };
        Described::new(
            &date_or_time_invalid::RULE,
            Answer::Element(code),
            self.at,
            format!("{name} in {} is not {what}", self.place()),
            format!("write {name} as {form}"),
        )
    }

    fn relation_broken(&self, index: u8) -> Described {
        let relation = self
            .spec
            .relations
            .get(usize::from(index))
            .map(|(relation, _)| *relation);
        let (code, rule, help) = words::relation(self.spec.id, relation, self.at);
        Described::new(
            &element_relation_broken::RULE,
            Answer::Element(code),
            self.at,
            format!("in {} {rule}", self.place()),
            help,
        )
    }
}

fn safe(title: &str, replacement: String) -> Fix {
    Fix {
        safety: FixSafety::Safe,
        title: title.to_owned(),
        replacement,
    }
}

#[cfg(test)]
mod tests;
