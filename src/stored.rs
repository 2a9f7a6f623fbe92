//! Files as they lie on disk: plain or zstd, told by their first bytes, and their hash.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Whether a file that starts with these four bytes is zstd.
pub(crate) fn is_zstd(magic: &[u8]) -> bool {
    match magic {
        [0x28, 0xB5, 0x2F, 0xFD] => true,
        // A skippable frame may come first.
        [low, 0x2A, 0x4D, 0x18] => low & 0xF0 == 0x50,
        _ => false,
    }
}

/// The first bytes of a file, as many as [`is_zstd`] asks for.
pub(crate) fn magic(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut magic = Vec::new();
    file.take(4).read_to_end(&mut magic)?;
    Ok(magic)
}

/// A file, plain or zstd, from its first plain byte on.
pub(crate) fn plain(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = File::open(path)?;
    let magic = magic(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(if is_zstd(&magic) {
        Box::new(zstd::Decoder::new(file)?)
    } else {
        Box::new(file)
    })
}

/// The size of a file, and BLAKE3 of its bytes in hexadecimal.
pub(crate) fn hash_file(path: &Path) -> io::Result<(u64, String)> {
    hash(&File::open(path)?, u64::MAX)
}

/// The same of what a file holds, unpacked if it is packed. A plain one is only read if its size
/// is `wanted`. `None` where it can't be read, or is no file.
pub(crate) fn hash_plain(path: &Path, wanted: impl Fn(u64) -> bool) -> Option<(u64, String)> {
    // Of a pipe all that is read is gone.
    let metadata = path.metadata().ok().filter(Metadata::is_file)?;
    let mut file = File::open(path).ok()?;
    if !is_zstd(&magic(&mut file).ok()?) {
        let is_wanted = wanted(metadata.len());
        return is_wanted.then(|| hash(&file, u64::MAX).ok()).flatten();
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(plain(path).ok()?).ok()?;
    Some((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// The same of the first `most` bytes of an open file, wherever others have read it to.
pub(crate) fn hash(file: &File, most: u64) -> io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(FromStart { file, at: 0 }.take(most))?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// Reads an open file from its start, and leaves alone where others read it.
struct FromStart<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zstd_is_told_by_its_first_bytes() {
        assert!(is_zstd(&[0x28, 0xB5, 0x2F, 0xFD]));
        assert!(is_zstd(&[0x5A, 0x2A, 0x4D, 0x18]));
        assert!(!is_zstd(b"ISA*"));
    }

    #[test]
    fn a_file_is_opened_plain_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.jsonl");
        let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 0][..]].concat();
        let packed = zstd::encode_all(&b"lines"[..], 3).unwrap();
        for bytes in [
            b"lines".to_vec(),
            packed.clone(),
            [skippable, packed].concat(),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let mut read = String::new();
            plain(&path).unwrap().read_to_string(&mut read).unwrap();
            assert_eq!(read, "lines");
            let of_lines = (5, blake3::hash(b"lines").to_hex().to_string());
            assert_eq!(hash_plain(&path, |bytes| bytes == 5), Some(of_lines));
        }
        std::fs::write(&path, "lines").unwrap();
        assert_eq!(hash_plain(&path, |_| false), None);
        assert_eq!(hash_plain(folder.path(), |_| true), None, "no file");
    }

    #[test]
    fn an_open_file_is_hashed_though_another_has_its_name_now() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("in"), folder.path().join("other"));
        std::fs::write(&path, "first").unwrap();
        std::fs::write(&other, "other").unwrap();
        let mut file = File::open(&path).unwrap();
        file.seek(SeekFrom::Start(3)).unwrap();
        std::fs::rename(&other, &path).unwrap();
        let of = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
        assert_eq!(hash(&file, u64::MAX).unwrap(), (5, of("first")));
        assert_eq!(hash(&file, 2).unwrap(), (2, of("fi")));
        assert_eq!(hash_file(&path).unwrap(), (5, of("other")));
        assert_eq!(file.stream_position().unwrap(), 3);
    }
}
