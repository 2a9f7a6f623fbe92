//! What a plan looks for in a use of a segment, worked out once from what the guide asks.

use std::sync::LazyLock;

use super::composite::Composite;
use super::limits::Span;
use super::read::{Read, look, passes};
use crate::claim::structure::{
    Condition, ElementSpec, Kind, Place, Relation, STRUCTURE, SegmentSpec, Usage, unpack,
};

/// The forms of all uses of segments of the guide, by their index.
static FORMS: LazyLock<Vec<Form>> =
    LazyLock::new(|| STRUCTURE.segments.iter().map(Form::of).collect());

/// What to look for in the elements of a segment.
#[derive(Debug)]
pub(super) struct Form {
    /// Element by element.
    pub(super) elements: Vec<Look>,
    /// Relations that elements of a right presence can break; masks have bit `n` for the
    /// element at index `n`.
    pub(super) relations: Vec<Relation>,
}

/// What to look for in an element.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) span: Span,
    pub(super) content: Content,
}

/// What an element holds.
#[derive(Debug)]
pub(super) enum Content {
    /// One value.
    Value(Read),
    /// Components.
    Composite(Composite),
}

impl Form {
    /// The form of the use of a segment that has this place.
    #[inline]
    pub(super) fn at(place: Place) -> Option<&'static Form> {
        FORMS.get(usize::from(place.segment))
    }

    fn of(spec: &SegmentSpec) -> Form {
        let told_apart = spec.told_apart();
        // Whether a value that was told apart by is known to be right.
        let placed = |element: usize, spec: &ElementSpec| {
            told_apart.is_some_and(|(at, codes)| {
                at == element && codes.iter().all(|code| passes(spec, &unpack(*code)))
            })
        };
        let looks = (0..).zip(&spec.elements).map(|(at, element)| {
            if element.kind == Kind::Composite && element.usage != Usage::NotUsed {
                let first = element.components.first();
                let placed = at == 0 && first.is_some_and(|spec| placed(0, spec));
                return Look {
                    span: Span::of(element.usage, 0, u16::MAX),
                    content: Content::Composite(Composite::of(element, placed)),
                };
            }
            let (least, most, mut read) = look(element);
            if placed(at + 1, element) {
                read = Read::Known;
            }
            if spec.condition == Some(Condition::PersonName) && at == 1 {
                read = Read::Person;
            }
            Look {
                span: Span::of(element.usage, least, most),
                content: Content::Value(read),
            }
        });
        let relations = spec.relations.iter().map(|(relation, _)| *relation);
        Form {
            elements: looks.collect(),
            relations: relations
                .filter(|relation| can_break(*relation, &spec.elements))
                .map(from_zero)
                .collect(),
        }
    }
}

/// Whether elements can break the relation although none is missing that is required, and
/// none is there that is not used.
fn can_break(relation: Relation, elements: &[ElementSpec]) -> bool {
    let mask = |usage: Usage| {
        let specs = (1_u32..).zip(elements);
        let alike = specs.filter(|(_, spec)| spec.usage == usage);
        alike.fold(0_u32, |mask, (at, _)| mask | 1 << at)
    };
    let (required, situational) = (mask(Usage::Required), mask(Usage::Situational));
    let used = required | situational;
    match relation {
        Relation::Paired(mask) => mask & used != 0 && mask & required != mask,
        Relation::AtLeastOne(mask) => mask & required == 0,
        Relation::AtMostOne(mask) => (mask & used).count_ones() > 1,
        Relation::IfThenAll(first, mask) => first & used != 0 && mask & required != mask,
        Relation::IfThenAny(first, mask) => first & used != 0 && mask & required == 0,
    }
}

/// The relation with bits by the index of the element instead of its position, from 1.
fn from_zero(relation: Relation) -> Relation {
    match relation {
        Relation::Paired(all) => Relation::Paired(all >> 1),
        Relation::AtLeastOne(all) => Relation::AtLeastOne(all >> 1),
        Relation::AtMostOne(all) => Relation::AtMostOne(all >> 1),
        Relation::IfThenAll(first, all) => Relation::IfThenAll(first >> 1, all >> 1),
        Relation::IfThenAny(first, all) => Relation::IfThenAny(first >> 1, all >> 1),
    }
}
