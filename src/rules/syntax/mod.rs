//! SYN: segments, elements and loops against the guide.
//!
//! The walk and the structure table find the faults; here each gets its rule, the
//! code a 999 answers it with, its words and, where one is honest, its fix.

pub mod characters_out_of_place;
pub mod code_not_in_list;
pub mod data_type_wrong;
pub mod date_or_time_invalid;
mod described;
pub mod element_not_used;
pub mod element_relation_broken;
pub mod hierarchy_broken;
pub mod length_out_of_range;
pub mod repeated_past_maximum;
pub mod required_element_missing;
pub mod required_loop_missing;
pub mod required_segment_missing;
mod scene;
pub mod segment_not_expected;
pub mod service_line_number_wrong;
pub mod too_many_elements;
mod words;

pub use characters_out_of_place::{is_x12_byte, odd_byte};
pub use described::Described;
pub use hierarchy_broken::{
    describe_hierarchy, describe_level_missing, describe_provider_below, describe_provider_lost,
    lay_to_missing_level,
};
pub use repeated_past_maximum::describe_too_large;
pub use too_many_elements::describe_swallowed;
pub use words::{element_name, printed};

use crate::claim::structure::{STRUCTURE, SegmentSpec};
use crate::claim::validate::{At, Violation};
use crate::claim::walk;
use crate::x12::{Delimiters, Segment};
use scene::Scene;

/// Puts a violation that the walk or the structure table told under its rule and into
/// words. `segment` is the segment it was told at.
#[must_use]
pub fn describe(
    told: &walk::ViolationAt,
    at: At,
    segment: &Segment<'_>,
    delimiters: Delimiters,
) -> Described {
    let node = STRUCTURE.node(told.node);
    match told.violation {
        Violation::SegmentUnknown if segment.text().is_empty() => {
            segment_not_expected::empty(delimiters)
        }
        Violation::SegmentUnknown => segment_not_expected::unknown(segment),
        Violation::SegmentMisplaced => {
            segment_not_expected::misplaced(told.node, segment, delimiters)
        }
        Violation::SegmentMissing(missing, next) => {
            required_segment_missing::describe(node, missing, next)
        }
        Violation::LoopMissing(missing, next) => {
            required_loop_missing::describe(node, missing, next)
        }
        Violation::LoopRepeated if node.id == "2400" => service_line_number_wrong::too_many(node),
        Violation::LoopRepeated => repeated_past_maximum::of_loop(node),
        _ => {
            let Some(spec) = segment_spec(told.node, segment, delimiters) else {
                return segment_not_expected::unknown(segment);
            };
            let scene = Scene {
                node,
                spec,
                segment,
                delimiters,
                at,
            };
            let number = scene.element().map_or(0, |spec| spec.data_element);
            in_segment(&scene, told.violation).data_element(number)
        }
    }
}

/// A violation in a segment whose use is known.
fn in_segment(scene: &Scene<'_>, violation: Violation) -> Described {
    match violation {
        Violation::SegmentLate(next) => segment_not_expected::late(scene, next),
        Violation::SegmentRepeated => repeated_past_maximum::of_segment(scene),
        Violation::ElementMissing => required_element_missing::describe(scene),
        Violation::ElementNotUsed => element_not_used::describe(scene),
        Violation::TooMany => too_many_elements::describe(scene),
        Violation::TooShort => length_out_of_range::too_short(scene),
        Violation::TooLong => length_out_of_range::too_long(scene),
        Violation::WrongType => data_type_wrong::describe(scene),
        Violation::CodeUnknown => code_not_in_list::describe(scene),
        Violation::DateInvalid => date_or_time_invalid::describe(scene),
        Violation::RelationBroken(index) => element_relation_broken::describe(scene, index),
        Violation::ConditionBroken => element_relation_broken::of_value(scene),
        Violation::Blanks => characters_out_of_place::blanks(scene),
        Violation::TrailingSeparators => characters_out_of_place::trailing_separators(scene),
        // The others are told of loops and need no scene.
        Violation::SegmentUnknown
        | Violation::SegmentMisplaced
        | Violation::SegmentMissing(..)
        | Violation::LoopMissing(..)
        | Violation::LoopRepeated => segment_not_expected::unknown(scene.segment),
    }
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

#[cfg(test)]
mod tests;
