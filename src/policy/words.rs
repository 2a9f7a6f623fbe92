//! Values of a policy file that serde does not know by itself: codes and days.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::codes::{Standing, geography, modifier, place, procedure};
use crate::value::{Date, Modifier, PlaceOfService, Procedure, State};

/// A code written as a string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Code<T>(pub(super) T);

/// The codes without their wrapping.
pub(super) fn bare<T: Copy>(codes: &[Code<T>]) -> Box<[T]> {
    codes.iter().map(|code| code.0).collect()
}

/// Modifiers without their wrapping, when the key is there.
pub(super) fn bare_modifiers(codes: Option<&Vec<Code<Modifier>>>) -> Option<Box<[Modifier]>> {
    codes.map(|codes| bare(codes))
}

/// What can be written as a [`Code`].
pub(super) trait FromText: Sized {
    /// What a string must be, for the message when it is not.
    const WANTED: &'static str;
    fn from_text(text: &str) -> Option<Self>;
    /// Whether the code lists have it, on whatever day.
    fn is_known(&self) -> bool;
}

impl FromText for Procedure {
    const WANTED: &'static str = "a procedure code (97110, 0591T, G0283)";
    fn from_text(text: &str) -> Option<Self> {
        // Shape, not only characters: the letter O for a zero is the likeliest slip.
        let [first, middle @ .., last] = text.as_bytes() else {
            return None;
        };
        let category = first.is_ascii_digit() && b"AFMTU".contains(last);
        let shaped = middle.iter().all(u8::is_ascii_digit)
            && (last.is_ascii_digit() || category)
            && (first.is_ascii_digit() || (b'A'..=b'V').contains(first));
        shaped.then(|| Procedure::parse(text.as_bytes())).flatten()
    }
    fn is_known(&self) -> bool {
        // Of other services the whole list is not at hand.
        !self.bytes().starts_with(b"97") || procedure::is_physical_medicine(*self)
    }
}

impl FromText for Modifier {
    const WANTED: &'static str = "a modifier (two digits or capital letters)";
    fn from_text(text: &str) -> Option<Self> {
        Modifier::parse(text.as_bytes())
    }
    fn is_known(&self) -> bool {
        modifier::standing(*self, Date::MAX) != Standing::Unknown
    }
}

impl FromText for PlaceOfService {
    const WANTED: &'static str = "a place of service (two digits)";
    fn from_text(text: &str) -> Option<Self> {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| PlaceOfService::parse(text.as_bytes()))
            .flatten()
    }
    fn is_known(&self) -> bool {
        place::is_assigned(*self)
    }
}

impl FromText for State {
    const WANTED: &'static str = "a state (two capital letters)";
    fn from_text(text: &str) -> Option<Self> {
        text.bytes()
            .all(|byte| byte.is_ascii_uppercase())
            .then(|| State::parse(text.as_bytes()))
            .flatten()
    }
    fn is_known(&self) -> bool {
        geography::is_state(*self)
    }
}

/// Two procedure codes, written `column1/column2`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ProcedurePair(pub(super) Procedure, pub(super) Procedure);

impl FromText for ProcedurePair {
    const WANTED: &'static str = "a pair of procedure codes (\"97530/97116\")";
    fn from_text(text: &str) -> Option<Self> {
        let (column1, column2) = text.split_once('/')?;
        Some(ProcedurePair(
            Procedure::from_text(column1)?,
            Procedure::from_text(column2)?,
        ))
    }
    fn is_known(&self) -> bool {
        self.0.is_known() && self.1.is_known()
    }
}

impl<'de, T: FromText> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);
        impl<T: FromText> Visitor<'_> for Text<T> {
            type Value = Code<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::WANTED)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Code<T>, E> {
                let code = T::from_text(text)
                    .ok_or_else(|| E::custom(format!("`{text}` is not {}", T::WANTED)))?;
                if code.is_known() {
                    Ok(Code(code))
                } else {
                    Err(E::custom(format!("no code list has `{text}`")))
                }
            }
        }
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// A day, written as a TOML date without quotes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Day(pub(super) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?;
        let day = match (written.date, written.time, written.offset) {
            (Some(date), None, None) => {
                Date::new(date.year.into(), date.month.into(), date.day.into())
            }
            _ => None,
        };
        day.map(Day)
            .ok_or_else(|| D::Error::custom(format!("`{written}` is not a day (YYYY-MM-DD)")))
    }
}
