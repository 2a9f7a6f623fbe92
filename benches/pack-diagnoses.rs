//! Packs a release of the diagnosis codes for `src/codes/data/icd10cm.pack`.
//!
//! ```text
//! cargo run --release --example pack-diagnoses -- ABOUT FROM THROUGH LIST > icd10cm.pack
//! ```
//!
//! ABOUT is the text at the head of the file, each line opening with `#`: where the list is from
//! and how it was checked (of the present one, `grep -a '^#' src/codes/data/icd10cm.pack`). FROM
//! and THROUGH are the first and the last day that the list speaks of. LIST has a code a line: code, first day, last day or
//! nothing, and `high`, `medium` or `low`, parted by tabs.

use std::error::Error;
use std::io::Write as _;

use telescrub::codes::diagnosis::pack;
use telescrub::value::{Date, DateRange};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [about, from, through, list] = &arguments[..] else {
        return Err("give four arguments: ABOUT FROM THROUGH LIST".into());
    };
    let day = |text: &str| Date::parse_iso(text).ok_or("FROM and THROUGH are YYYY-MM-DD");
    let covered = DateRange {
        from: day(from)?,
        through: day(through)?,
    };
    let rows = pack::read_rows(&std::fs::read_to_string(list)?)?;
    let packed = pack::pack(&std::fs::read_to_string(about)?, covered, &rows)?;
    std::io::stdout().write_all(&packed)?;
    Ok(())
}
