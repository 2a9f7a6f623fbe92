//! Claims in bytes that cannot be read as segments.

use crate::value::Cents;
use crate::x12::delimiters::separates;

/// The longest CLM01 that is looked for.
const ID_BYTES: usize = 64;
/// The longest CLM02 that is looked for.
const AMOUNT_BYTES: usize = 18;

/// Where something in these bytes reads like a claim, whatever the delimiters: `CLM`,
/// a separator, a claim number, the separator, an amount, the separator.
pub(super) fn find(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"CLM").find(|&at| {
        let starts = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        starts && is_claim(&bytes[at + 3..])
    })
}

fn is_claim(bytes: &[u8]) -> bool {
    let Some((&separator, rest)) = bytes.split_first() else {
        return false;
    };
    // Outside ASCII too: such an interchange can't be read, but its claims are claims.
    if !separates(separator) && separator < 0x80 {
        return false;
    }
    let mut parts =
        rest[..rest.len().min(ID_BYTES + AMOUNT_BYTES + 2)].splitn(3, |&byte| byte == separator);
    let (Some(id), Some(amount), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    id.len() <= ID_BYTES && Cents::parse(amount).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_seen_whatever_separates_it() {
        assert_eq!(find(b"SE*1*2~CLM*PT1*90.5***11:B:1~"), Some(7));
        assert_eq!(find(b"CLM|PT1|90|"), Some(0));
        assert_eq!(find(b"..CLM\xC3PT1\xC390\xC3"), Some(2));
    }

    #[test]
    fn words_are_no_claim() {
        for text in [
            "SEE CLM 12 90 ",
            "CLM#12#OPEN#",
            "ACLM*1*90*",
            "CLM*1*90",
            "CLM",
        ] {
            assert_eq!(find(text.as_bytes()), None, "{text}");
        }
    }
}
