//! What bytes that are not X12 look like instead.

/// A guess at what a file is, for the message that refuses it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Looks {
    /// No byte, or nothing but blanks.
    Empty,
    /// Starts with an interchange header.
    X12,
    /// Portable Document Format.
    Pdf,
    /// A zip archive.
    Zip,
    /// A gzip stream.
    Gzip,
    /// A bzip2 stream.
    Bzip2,
    /// An xz stream.
    Xz,
    /// A 7-Zip archive.
    SevenZip,
    /// A tar archive.
    Tar,
    /// Rich text of a word processor.
    Rtf,
    /// JSON.
    Json,
    /// XML or HTML.
    Xml,
    /// UN/EDIFACT.
    Edifact,
    /// A PGP message, armoured or binary, or one of S/MIME or age.
    Encrypted,
    /// X12 segments without an interchange header.
    HeadlessX12,
    /// UTF-16 text.
    Utf16,
    /// Plain text.
    Text,
    /// Anything else.
    Binary,
}

/// Where a tar archive says that it is one.
const TAR_MAGIC: std::ops::Range<usize> = 257..262;

impl Looks {
    /// Looks at the first bytes of a file.
    #[must_use]
    pub fn like(bytes: &[u8]) -> Looks {
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Looks::Utf16;
        }
        if bytes.get(TAR_MAGIC) == Some(b"ustar") {
            return Looks::Tar;
        }
        let text = bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(bytes)
            .trim_ascii_start();
        let known: [(&[u8], Looks); 21] = [
            (b"ISA", Looks::X12),
            (b"%PDF", Looks::Pdf),
            (b"PK\x03\x04", Looks::Zip),
            (b"PK\x05\x06", Looks::Zip),
            (b"\x1F\x8B", Looks::Gzip),
            (b"BZh", Looks::Bzip2),
            (b"\xFD7zXZ", Looks::Xz),
            (b"7z\xBC\xAF\x27\x1C", Looks::SevenZip),
            (b"UNA", Looks::Edifact),
            (b"UNB", Looks::Edifact),
            (b"-----BEGIN PGP", Looks::Encrypted),
            (b"-----BEGIN PKCS7", Looks::Encrypted),
            (b"-----BEGIN CMS", Looks::Encrypted),
            (b"age-encryption.org/", Looks::Encrypted),
            (b"<", Looks::Xml),
            (b"{\\rtf", Looks::Rtf),
            (b"{", Looks::Json),
            (b"[", Looks::Json),
            (b"GS*", Looks::HeadlessX12),
            (b"ST*", Looks::HeadlessX12),
            (b"BHT*", Looks::HeadlessX12),
        ];
        if text.is_empty() {
            return Looks::Empty;
        }
        if let Some((_, looks)) = known.iter().find(|(start, _)| text.starts_with(start)) {
            return *looks;
        }
        if matches!(bytes.first(), Some(0x84 | 0x85 | 0x8C | 0xC1 | 0xD2)) {
            return Looks::Encrypted;
        }
        let printable = |byte: &u8| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r');
        if text.iter().take(512).all(printable) {
            Looks::Text
        } else {
            Looks::Binary
        }
    }

    /// Whether it holds files, which may be there byte for byte: an interchange inside is
    /// not the file's own.
    #[must_use]
    pub fn is_archive(self) -> bool {
        matches!(
            self,
            Looks::Zip | Looks::Tar | Looks::SevenZip | Looks::Gzip | Looks::Bzip2 | Looks::Xz
        )
    }

    /// What it is and what to do, as the end of a sentence that starts "it ".
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Looks::Empty => "is empty; send it again from the practice system",
            Looks::X12 => "starts like X12 but its ISA cannot be read; export it again",
            Looks::Pdf => "looks like a PDF; export the claims as an 837P file instead",
            Looks::Zip => "looks like a zip archive; unpack it and scrub the 837 files inside",
            Looks::Gzip => "looks like gzip; run gunzip on it first (zstd is read as it is)",
            Looks::Bzip2 => "looks like bzip2; run bunzip2 on it first (zstd is read as it is)",
            Looks::Xz => "looks like xz; run unxz on it first (zstd is read as it is)",
            Looks::SevenZip => "looks like a 7-Zip archive; unpack it first",
            Looks::Tar => "looks like a tar archive; unpack it and scrub the 837 files inside",
            Looks::Rtf => {
                "looks like a word processor's file (RTF); save the claims as plain text (.txt) instead"
            }
            Looks::Json => "looks like JSON; export the claims as an X12 837P file instead",
            Looks::Xml => "looks like XML or HTML; export the claims as an X12 837P file instead",
            Looks::Edifact => {
                "looks like UN/EDIFACT, not X12; claims in the United States use X12 837P"
            }
            Looks::Encrypted => "looks encrypted; decrypt it first",
            Looks::HeadlessX12 => {
                "looks like X12 without its ISA header; export it again with its envelope"
            }
            Looks::Utf16 => "looks like UTF-16 text; save it as plain ASCII",
            Looks::Text => "looks like plain text, not X12",
            Looks::Binary => "is binary data, not X12",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_mistakes_are_told_apart() {
        for (bytes, looks) in [
            (&b""[..], Looks::Empty),
            (b" \r\n\t", Looks::Empty),
            (b"\xEF\xBB\xBF ISA*00*", Looks::X12),
            (b"%PDF-1.7", Looks::Pdf),
            (b"PK\x03\x04rest", Looks::Zip),
            (b"\x1F\x8B\x08", Looks::Gzip),
            (b"{\"claims\":[]}", Looks::Json),
            (b"{\\rtf1\\ansi ISA*00*", Looks::Rtf),
            (b"UNA:+.? '", Looks::Edifact),
            (b"UNB+UNOA:1", Looks::Edifact),
            (b"-----BEGIN PGP MESSAGE-----", Looks::Encrypted),
            (b"-----BEGIN PKCS7-----", Looks::Encrypted),
            (b"age-encryption.org/v1", Looks::Encrypted),
            (b"Dear Sir", Looks::Text),
            (b"ST*837*0001~", Looks::HeadlessX12),
            (b"\x00\x01\x02", Looks::Binary),
            (b"\xFF\xFEI\0S\0A\0", Looks::Utf16),
        ] {
            assert_eq!(Looks::like(bytes), looks, "{bytes:?}");
        }
    }
}
