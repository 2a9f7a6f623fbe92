//! JSON written straight into bytes: findings are many and long, and all of them have the
//! same few members.

use std::borrow::Cow;

use super::plain;

/// Starts a member of an object by its name.
macro_rules! key {
    ($json:expr, $name:literal) => {
        $json.member(concat!(",\"", $name, "\":"))
    };
}
pub(super) use key;

/// A JSON value under way. Members and elements get their commas by what stands before them.
pub(super) struct Json<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Json<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Json<'a> {
        Json { out }
    }

    /// Starts an object or list: `{` or `[`.
    pub(super) fn open(&mut self, bracket: u8) -> &mut Self {
        self.comma();
        self.out.push(bracket);
        self
    }

    /// Ends an object or list: `}` or `]`.
    pub(super) fn close(&mut self, bracket: u8) -> &mut Self {
        self.out.push(bracket);
        self
    }

    /// Starts a member of an object; see [`key`].
    pub(super) fn member(&mut self, start: &'static str) -> &mut Self {
        // The comma stands in it; the first member of an object has none.
        let first = usize::from(matches!(self.out.last(), Some(b'{')));
        self.out.extend_from_slice(&start.as_bytes()[first..]);
        self
    }

    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':' | b'\n')) {
            self.out.push(b',');
        }
    }

    /// A text; or `null`.
    pub(super) fn text<'t>(&mut self, text: impl Into<Option<&'t str>>) -> &mut Self {
        let Some(text) = text.into() else {
            return self.null();
        };
        self.comma();
        self.out.reserve(text.len() + 2);
        self.out.push(b'"');
        escape(self.out, text.as_bytes());
        self.out.push(b'"');
        self
    }

    /// A text that is known to hold nothing to escape.
    pub(super) fn word(&mut self, word: &'static str) -> &mut Self {
        self.comma();
        self.out.reserve(word.len() + 2);
        self.out.push(b'"');
        self.out.extend_from_slice(word.as_bytes());
        self.out.push(b'"');
        self
    }

    /// Bytes of the input as a text.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.text(&*String::from_utf8_lossy(bytes))
    }

    /// A number; or `null`.
    pub(super) fn number(&mut self, number: impl Into<Option<u64>>) -> &mut Self {
        let Some(number) = number.into() else {
            return self.null();
        };
        self.comma();
        plain::number(self.out, number);
        self
    }

    /// What prints without anything to escape, as a text; or `null`.
    pub(super) fn printed<T>(
        &mut self,
        value: Option<T>,
        print: impl FnOnce(&mut Vec<u8>, T),
    ) -> &mut Self {
        let Some(value) = value else {
            return self.null();
        };
        self.comma();
        self.out.push(b'"');
        print(self.out, value);
        self.out.push(b'"');
        self
    }

    pub(super) fn null(&mut self) -> &mut Self {
        self.comma();
        self.out.extend_from_slice(b"null");
        self
    }
}

/// Whether the byte stands for itself in a text.
fn is_plain(byte: u8) -> bool {
    byte >= 0x20 && byte != b'"' && byte != b'\\'
}

/// Whether eight bytes all do, looked at together.
#[inline]
fn are_plain(bytes: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(bytes);
    let all = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
    // A byte below another borrows from its own high bit, and from the bytes above it only
    // then.
    let below = |word: u64, byte: u8| word.wrapping_sub(all(byte)) & !word;
    let odd = below(word, 0x20) | below(word ^ all(b'"'), 1) | below(word ^ all(b'\\'), 1);
    odd & all(0x80) == 0
}

/// Appends the bytes of a text: whole runs of those that stand for themselves.
fn escape(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    loop {
        // Nearly all texts are plain.
        let (eights, _) = rest.as_chunks::<8>();
        let plain = eights.iter().take_while(|eight| are_plain(**eight));
        let start = plain.count() * 8;
        let behind = rest[start..].iter().position(|&byte| !is_plain(byte));
        let Some(run) = behind.map(|behind| start + behind) else {
            out.extend_from_slice(rest);
            return;
        };
        out.extend_from_slice(&rest[..run]);
        let escaped = match rest[run] {
            b'"' => Cow::Borrowed("\\\""),
            b'\\' => Cow::Borrowed("\\\\"),
            b'\n' => Cow::Borrowed("\\n"),
            b'\r' => Cow::Borrowed("\\r"),
            b'\t' => Cow::Borrowed("\\t"),
            0x08 => Cow::Borrowed("\\b"),
            0x0C => Cow::Borrowed("\\f"),
            byte => Cow::Owned(format!("\\u{byte:04x}")),
        };
        out.extend_from_slice(escaped.as_bytes());
        rest = &rest[run + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_escaped_as_serde_json_does(
            text in prop_oneof!["[ -~]{0,40}", "[\\x00-\\x7f\\PC]{0,40}", "[a\"\\\\\\n\\x01é]{0,24}"],
            number in any::<u64>(),
        ) {
            let mut out = Vec::new();
            let mut json = Json::new(&mut out);
            json.open(b'{');
            key!(json, "text").text(&*text);
            key!(json, "bytes").bytes(text.as_bytes());
            key!(json, "numbers").open(b'[').number(number).number(None);
            json.open(b'[').close(b']').text(None).close(b']');
            key!(json, "printed").printed(Some(number), plain::number);
            json.close(b'}');
            let plain = format!(
                "{{\"text\":{0},\"bytes\":{0},\"numbers\":[{number},null,[],null],\"printed\":\"{number}\"}}",
                serde_json::to_string(&text).unwrap()
            );
            prop_assert_eq!(String::from_utf8(out).unwrap(), plain);
        }
    }
}
