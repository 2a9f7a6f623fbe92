//! What a worker keeps of a claim for the report, as bytes.

use crate::value::{Cents, Date, Verdict};

/// What the sums need of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Brief<'a> {
    /// Its verdict.
    pub verdict: Verdict,
    /// CLM02.
    pub charge: Cents,
    /// First day of service.
    pub day: Option<Date>,
    /// 2010BB NM109, and NM103.
    pub payer: [&'a [u8]; 2],
    /// 2010AA NM109, and the name.
    pub provider: [&'a [u8]; 2],
}

/// What an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry<'a> {
    /// A claim, and the rules with a word on it: of each its code, and 1 where it
    /// rejects, 0 where it warns.
    Claim(Brief<'a>, &'a [u8]),
    /// A JSON object for the page without its closing brace, and the citations it
    /// counts from 0, each a JSON object behind its length.
    Detail(&'a [u8], &'a [u8]),
}

/// Length of a rule's code, such as `TEL104`.
pub(super) const CODE: usize = 6;

const NO_DAY: i32 = i32::MIN;

pub(super) fn put_brief(out: &mut Vec<u8>, brief: &Brief<'_>, rules: &[u8]) {
    out.push(brief.verdict.index());
    out.extend_from_slice(&brief.charge.0.to_le_bytes());
    let day = brief
        .day
        .map_or(NO_DAY, |day| i32::try_from(day.days()).unwrap_or(NO_DAY));
    out.extend_from_slice(&day.to_le_bytes());
    for part in brief.payer.iter().chain(&brief.provider) {
        put_short(out, part);
    }
    put_short(out, rules);
}

pub(super) fn put_detail(out: &mut Vec<u8>, object: &[u8], cites: &[u8]) {
    out.push(u8::MAX);
    put_long(out, object);
    put_long(out, cites);
}

fn put_short(out: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(usize::from(u8::MAX))];
    out.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(bytes);
}

pub(super) fn put_long(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Reads entries back, in the order they were put.
pub(super) struct Entries<'a>(pub &'a [u8]);

impl<'a> Entries<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn short(&mut self) -> Option<&'a [u8]> {
        let [count] = self.array()?;
        self.take(usize::from(count))
    }

    /// The next run of bytes that [`put_long`] put.
    pub(super) fn long(&mut self) -> Option<&'a [u8]> {
        let count = u64::from_le_bytes(self.array()?);
        self.take(usize::try_from(count).ok()?)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let [tag] = self.array()?;
        if tag == u8::MAX {
            return Some(Entry::Detail(self.long()?, self.long()?));
        }
        let verdict = Verdict::at(tag)?;
        let charge = Cents(i64::from_le_bytes(self.array()?));
        let day = i32::from_le_bytes(self.array()?);
        let brief = Brief {
            verdict,
            charge,
            day: (day != NO_DAY).then(|| Date::from_days(i64::from(day))),
            payer: [self.short()?, self.short()?],
            provider: [self.short()?, self.short()?],
        };
        Some(Entry::Claim(brief, self.short()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry::RULES;

    #[test]
    fn every_code_has_the_length_records_take() {
        assert!(RULES.iter().all(|rule| rule.code.len() == CODE));
    }

    #[test]
    fn what_is_put_is_read_back() {
        let brief = Brief {
            verdict: Verdict::Rejected,
            charge: Cents(-12_345),
            day: Date::parse_iso("2026-02-28"),
            payer: [b"SKTX0", b"PLAN"],
            provider: [b"", b"CLINIC"],
        };
        let undated = Brief { day: None, ..brief };
        let mut bytes = Vec::new();
        put_brief(&mut bytes, &brief, b"TEL104BAL001");
        put_detail(&mut bytes, b"{\"id\":\"1\"", b"cites");
        put_brief(&mut bytes, &undated, b"");
        assert_eq!(
            Entries(&bytes).collect::<Vec<_>>(),
            [
                Entry::Claim(brief, b"TEL104BAL001"),
                Entry::Detail(b"{\"id\":\"1\"", b"cites"),
                Entry::Claim(undated, b""),
            ]
        );
        let cut = &bytes[..bytes.len() - 1];
        assert_eq!(Entries(cut).count(), 2);
    }
}
