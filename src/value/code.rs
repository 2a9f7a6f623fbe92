//! Short codes of fixed width, as values.

use std::fmt;

/// Whether all eight bytes are upper-case letters and digits, looked at together.
#[inline]
fn all_fit(bytes: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(bytes);
    let all = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
    // In a byte below 128 the high bit is set by what lacks the least one to 128.
    let from = |least: u8| (word & all(0x7F)) + all(128 - least);
    // Those that are reached by one or three of these: each end of a range turns the bit.
    let within = from(b'0') ^ from(b'9' + 1) ^ from(b'A') ^ from(b'Z' + 1);
    within & !word & all(0x80) == all(0x80)
}

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
                let mut filled = [b'0'; 8];
                filled[..$width].copy_from_slice(&code);
                all_fit(filled).then_some($name(code))
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
    /// Zeros where there is none.
    codes: [[u8; 2]; 4],
}

impl ModifierSet {
    /// Adds a modifier behind the others; a fifth is not kept.
    pub fn push(&mut self, modifier: Modifier) {
        if let Some(free) = self.codes.iter_mut().find(|slot| **slot == [0; 2]) {
            *free = modifier.0;
        }
    }

    /// Reads up to four modifiers, each behind a separator, as in `:GP:KX`; `None` when
    /// anything else stands there.
    #[inline]
    #[must_use]
    pub fn read(text: &[u8], separator: u8) -> Option<ModifierSet> {
        match *text {
            [] => Some(ModifierSet::default()),
            [before, a, b] => {
                let set = ModifierSet {
                    codes: [[a, b], [0; 2], [0; 2], [0; 2]],
                };
                let filled = [a, b, b'0', b'0', b'0', b'0', b'0', b'0'];
                (before == separator && all_fit(filled)).then_some(set)
            }
            _ => ModifierSet::read_several(text, separator),
        }
    }

    /// Reads the same at the start of `text`, where `len` bytes belong to it; without jumps.
    #[inline]
    #[must_use]
    pub fn read_first(text: &[u8; 12], len: usize, separator: u8) -> Option<ModifierSet> {
        /// By their length: the bits of the separators in the first eight bytes and in the
        /// other four, and those of the codes when they stand side by side.
        const BITS: [Option<[u64; 3]>; 13] = {
            let mut bits = [None; 13];
            bits[0] = Some([0, 0, 0]);
            bits[3] = Some([0xFF, 0, 0xFFFF]);
            bits[6] = Some([0xFF00_00FF, 0, 0xFFFF_FFFF]);
            bits[9] = Some([0x00FF_0000_FF00_00FF, 0, 0xFFFF_FFFF_FFFF]);
            bits[12] = Some([0x00FF_0000_FF00_00FF, 0xFF00, u64::MAX]);
            bits
        };
        let [first, last, all] = (*BITS.get(len)?)?;
        let (front, rest) = text.split_first_chunk()?;
        let front = u64::from_le_bytes(*front);
        let back = u64::from(u32::from_le_bytes(*rest.first_chunk()?));
        let mark = u64::from(separator) * 0x0101_0101_0101_0101;
        let wrong = (front ^ mark) & first | (back ^ mark) & last;
        let codes = front >> 8 & 0xFFFF
            | front >> 16 & 0xFFFF_0000
            | front >> 24 & 0xFF_0000_0000
            | (back & 0xFF) << 40
            | (back & 0xFFFF_0000) << 32;
        let (codes, blank) = (codes & all, u64::from_le_bytes([b'0'; 8]) & !all);
        if wrong != 0 || !all_fit((codes | blank).to_le_bytes()) {
            return None;
        }
        let code = |place: u32| {
            let code = u16::try_from(codes >> (16 * place) & 0xFFFF);
            code.unwrap_or(0).to_le_bytes()
        };
        Some(ModifierSet {
            codes: [code(0), code(1), code(2), code(3)],
        })
    }

    #[inline]
    fn read_several(text: &[u8], separator: u8) -> Option<ModifierSet> {
        let (chunks, rest) = text.as_chunks::<3>();
        let mut fits = rest.is_empty() && chunks.len() <= 4;
        let (mut set, mut filled) = (ModifierSet::default(), [b'0'; 8]);
        for (at, [before, code @ ..]) in chunks.iter().enumerate().take(4) {
            fits &= *before == separator;
            set.codes[at] = *code;
            [filled[at * 2], filled[at * 2 + 1]] = *code;
        }
        (fits && all_fit(filled)).then_some(set)
    }

    /// Whether one of them says that the service was by telehealth.
    #[inline]
    #[must_use]
    pub fn has_telehealth(&self) -> bool {
        self.codes
            .iter()
            .take_while(|code| **code != [0; 2])
            .any(|code| matches!(code, b"95" | b"GT" | b"GQ" | b"93" | b"FQ" | b"G0"))
    }

    /// The modifiers in the order they stand on the line.
    pub fn iter(&self) -> impl Iterator<Item = Modifier> + '_ {
        let there = self.codes.iter().take_while(|code| **code != [0; 2]);
        there.map(|code| Modifier(*code))
    }

    /// All of them in one number, which no other set has.
    #[inline]
    #[must_use]
    pub fn packed(&self) -> u64 {
        let codes = self.codes.as_flattened().try_into();
        codes.map_or(0, u64::from_le_bytes)
    }

    /// Whether the line carries this modifier.
    #[inline]
    #[must_use]
    pub fn has(&self, code: &[u8; 2]) -> bool {
        self.codes.iter().any(|own| own == code)
    }

    /// Whether the line carries any of these.
    #[must_use]
    pub fn has_any(&self, codes: &[Modifier]) -> bool {
        self.iter().any(|modifier| codes.contains(&modifier))
    }

    /// Whether the line carries none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes[0] == [0; 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn modifiers_are_read_at_once_as_one_by_one(
            text in "((:|;|[A-Z])[A-Z0-9a]{2}){4}",
            len in 0_usize..16,
        ) {
            let bytes: &[u8; 12] = text.as_bytes().first_chunk().unwrap();
            let plain = bytes.get(..len).and_then(|own| ModifierSet::read(own, b':'));
            prop_assert_eq!(ModifierSet::read_first(bytes, len, b':'), plain);
        }
    }

    #[test]
    fn eight_bytes_fit_when_each_does() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut bytes = *b"0A9Z5M1B";
                bytes[place] = byte;
                let fits = byte.is_ascii_digit() || byte.is_ascii_uppercase();
                assert_eq!(all_fit(bytes), fits, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn modifiers_are_read_as_they_are_pushed() {
        let all = ["GP", "KX", "59", "95"].map(|code| Modifier::parse(code.as_bytes()).unwrap());
        let (mut set, mut text) = (ModifierSet::default(), String::new());
        let mut seen = vec![ModifierSet::read(b"", b':').unwrap()];
        for modifier in all {
            set.push(modifier);
            text = format!("{text}:{modifier}");
            assert_eq!(ModifierSet::read(text.as_bytes(), b':'), Some(set));
            assert!(set.iter().eq(all.into_iter().take(seen.len())));
            assert!(seen.iter().all(|earlier| earlier.packed() != set.packed()));
            seen.push(set);
        }
        for text in [
            ":GP:",
            ":gp",
            "GP",
            ":GP;KX",
            ":G",
            ":GP:KX:59:95:GO",
            ":GP:::",
            ":G:",
        ] {
            assert_eq!(ModifierSet::read(text.as_bytes(), b':'), None, "{text}");
        }
    }
}
