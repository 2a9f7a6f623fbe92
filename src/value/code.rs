//! Short codes of fixed width, as values.

use std::fmt;

macro_rules! fixed_code {
    ($(#[$doc:meta])* $name:ident, $width:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $width]);

        impl $name {
            /// The code in these bytes, when it has the right width and only
            /// upper-case letters and digits.
            #[inline]
            #[must_use]
            pub fn parse(bytes: &[u8]) -> Option<$name> {
                let code: [u8; $width] = bytes.try_into().ok()?;
                let mut fits = true;
                for byte in code {
                    fits &= byte.is_ascii_digit() | byte.is_ascii_uppercase();
                }
                fits.then_some($name(code))
            }

            /// The characters of the code.
            #[must_use]
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or("")
            }

            /// The bytes of the code.
            #[inline]
            #[must_use]
            pub fn bytes(self) -> [u8; $width] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

fixed_code! {
    /// A procedure code of five characters: CPT or HCPCS Level II (SV101-2).
    Procedure, 5
}
fixed_code! {
    /// A two-character procedure modifier (SV101-3 to SV101-6).
    Modifier, 2
}
fixed_code! {
    /// A place-of-service code (CLM05-1, SV105).
    PlaceOfService, 2
}
fixed_code! {
    /// A state or territory by its two-letter postal code (N402).
    State, 2
}

impl Modifier {
    /// A number below 1,296 that no other modifier has.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
            .iter()
            .fold(0, |index, &byte| index * 36 + base36(byte))
    }
}

impl PlaceOfService {
    /// A number below 1,296 that no other place-of-service code has.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
            .iter()
            .fold(0, |index, &byte| index * 36 + base36(byte))
    }
}

fn base36(byte: u8) -> usize {
    usize::from(if byte.is_ascii_digit() {
        byte - b'0'
    } else {
        byte - b'A' + 10
    })
}

/// The modifiers of one service line: at most four, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ModifierSet {
    codes: [Option<Modifier>; 4],
}

impl ModifierSet {
    /// Adds a modifier behind the others; a fifth is not kept.
    pub fn push(&mut self, modifier: Modifier) {
        if let Some(free) = self.codes.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(modifier);
        }
    }

    /// The modifiers in the order they stand on the line.
    pub fn iter(&self) -> impl Iterator<Item = Modifier> + '_ {
        self.codes.iter().map_while(|slot| *slot)
    }

    /// All of them in one number, which no other set has.
    #[inline]
    #[must_use]
    pub fn packed(&self) -> u64 {
        self.codes.iter().fold(0, |packed, slot| {
            packed << 16 | slot.map_or(0, |modifier| u64::from(u16::from_be_bytes(modifier.0)))
        })
    }

    /// Whether the line carries this modifier.
    #[inline]
    #[must_use]
    pub fn has(&self, code: &[u8; 2]) -> bool {
        self.iter().any(|modifier| modifier.0 == *code)
    }

    /// Whether the line carries any of these.
    #[must_use]
    pub fn has_any(&self, codes: &[Modifier]) -> bool {
        self.iter().any(|modifier| codes.contains(&modifier))
    }

    /// Whether the line carries none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes[0].is_none()
    }
}
