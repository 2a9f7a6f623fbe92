//! Codes of the guide as numbers.

/// Up to eight characters as one number; different texts give different numbers.
#[inline]
#[must_use]
pub fn pack(code: &[u8]) -> Option<u64> {
    // Most codes have one to three characters.
    match *code {
        [] => Some(0),
        [a] => Some(u64::from(a)),
        [a, b] => Some(u64::from(u16::from_be_bytes([a, b]))),
        [a, b, c] => Some(u64::from(u32::from_be_bytes([0, a, b, c]))),
        _ if code.len() > 8 => None,
        _ => Some(
            code.iter()
                .fold(0, |packed, &byte| (packed << 8) | u64::from(byte)),
        ),
    }
}

/// The characters of a packed code.
pub(in crate::claim) fn unpack(code: u64) -> Vec<u8> {
    let bytes = code.to_be_bytes();
    bytes.into_iter().skip_while(|&byte| byte == 0).collect()
}
