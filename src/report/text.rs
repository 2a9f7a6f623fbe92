//! Text and numbers as the page takes them.

use std::io::{self, Write};

use crate::value::CentsTotal;

/// Writes JSON that is safe inside a script element: `<` only occurs in strings, and
/// there may be written otherwise.
pub(super) fn script_json(out: &mut impl Write, text: &[u8]) -> io::Result<()> {
    for (index, part) in text.split(|&byte| byte == b'<').enumerate() {
        if index > 0 {
            out.write_all(b"\\u003c")?;
        }
        out.write_all(part)?;
    }
    Ok(())
}

/// Text for markup and for attributes in double quotes.
pub(super) fn escape(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            '\0' => page.push('\u{FFFD}'),
            other => page.push(other),
        }
    }
    page
}

/// A number with commas.
pub(super) fn grouped(number: u64) -> String {
    group(&number.to_string())
}

/// Dollars and cents with commas.
pub(super) fn dollars(cents: CentsTotal) -> String {
    dollar_text(&cents.to_string())
}

/// Dollars and cents as the manifest writes them, with commas.
pub(super) fn dollar_text(plain: &str) -> String {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "00"));
    format!("{sign}${}.{part}", group(whole))
}

fn group(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Cents;
    use serde_json::Value;

    #[test]
    fn what_is_markup_comes_out_as_text() {
        assert_eq!(
            escape("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;"
        );
        let mut out = Vec::new();
        script_json(&mut out, br#"{"a":"</script><!--"}"#).unwrap();
        assert!(!out.contains(&b'<'));
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["a"], "</script><!--");
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(dollars(Cents(-123_456_789).into()), "-$1,234,567.89");
        assert_eq!(dollars(Cents(5).into()), "$0.05");
    }
}
