//! Boxes at post offices and banks, told from streets.

/// Whether the line of an address names a box at a post office or bank.
pub(super) fn is_box(line: &[u8]) -> bool {
    // A box has an X, a drawer a W: many addresses hold neither.
    let found = memchr::memchr2(b'X', b'x', line).or_else(|| memchr::memchr2(b'W', b'w', line));
    if found.is_none() {
        return false;
    }
    let words = || {
        line.split(|byte| !byte.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    // The two words before the one looked at.
    let mut before: [&[u8]; 2] = [b"", b""];
    for word in words() {
        let [second, first] = before;
        let is = |word: &[u8], text: &str| word.eq_ignore_ascii_case(text.as_bytes());
        let head = word
            .iter()
            .rposition(|byte| !byte.is_ascii_digit())
            .map_or(0, |last| last + 1);
        let name = word.get(..head).unwrap_or(word);
        let post_office = is(first, "PO")
            || (is(second, "P") && is(first, "O"))
            || (is(second, "POST") && is(first, "OFFICE"));
        if (is(name, "BOX") && (post_office || is(first, "LOCK") || is(first, "CALLER")))
            || ((is(name, "BX") || is(name, "DRAWER")) && post_office)
            || is(name, "POBOX")
            || is(name, "LOCKBOX")
        {
            return true;
        }
        before = [first, word];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_box;

    #[test]
    fn boxes_are_told_from_streets() {
        for line in [
            "PO BOX 12",
            "P.O. BOX 12",
            "P O BOX 12",
            "p.o.box 12",
            "POBOX 12",
            "PO BOX12",
            "POST OFFICE BOX 9",
            "LOCKBOX 4411",
            "LOCK BOX 4411",
            "SUITE 5 PO BOX 3",
            "PO-BOX 3",
            "POBOX12",
            "PO BX 12",
            "PO DRAWER 12",
            "P.O. DRAWER D",
            "POST OFFICE DRAWER 12",
            "CALLER BOX 12",
        ] {
            assert!(is_box(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "12 BOXWOOD ST",
            "RR 2 BOX 12",
            "BOX 12",
            "100 POBOXER LN",
            "6 FOX RD",
            "PO BOXWOOD",
            "1 POST OFFICE SQ",
            "LOCKE BOXER AVE",
            "PMB 12 MAIN ST",
            "12 DRAWER LN",
            "4 CALLER RD",
            // A professional office building.
            "POB II STE 200",
        ] {
            assert!(!is_box(line.as_bytes()), "{line}");
        }
    }
}
