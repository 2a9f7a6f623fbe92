//! Values of a policy file that serde does not know by itself: codes and days.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::value::{Date, Modifier, PlaceOfService, Procedure, State};

/// A code written as a string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Code<T>(pub(super) T);

/// What can be written as a [`Code`].
pub(super) trait FromText: Sized {
    /// What a string must be, for the message when it is not.
    const WANTED: &'static str;
    fn from_text(text: &str) -> Option<Self>;
}

impl FromText for Procedure {
    const WANTED: &'static str = "a procedure code (five digits or capital letters)";
    fn from_text(text: &str) -> Option<Self> {
        Procedure::parse(text.as_bytes())
    }
}

impl FromText for Modifier {
    const WANTED: &'static str = "a modifier (two digits or capital letters)";
    fn from_text(text: &str) -> Option<Self> {
        Modifier::parse(text.as_bytes())
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
}

impl FromText for State {
    const WANTED: &'static str = "a state (two capital letters)";
    fn from_text(text: &str) -> Option<Self> {
        text.bytes()
            .all(|byte| byte.is_ascii_uppercase())
            .then(|| State::parse(text.as_bytes()))
            .flatten()
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
            Procedure::parse(column1.as_bytes())?,
            Procedure::parse(column2.as_bytes())?,
        ))
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
                T::from_text(text)
                    .map(Code)
                    .ok_or_else(|| E::custom(format!("`{text}` is not {}", T::WANTED)))
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
