//! A transaction set to be damaged, and the claims under each of its levels.

use std::collections::BTreeSet;
use std::ops::Range;

use telescrub::generate::Spec;

use crate::common;

/// A transaction set of several billing providers, as segments without terminators.
#[derive(Clone)]
pub struct Set(pub Vec<String>);

/// What starts at a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Header,
    Level(usize),
    Claim,
    End,
}

pub fn start(segment: &str) -> Option<Start> {
    let mut parts = segment.split('*');
    match parts.next()? {
        "ST" => Some(Start::Header),
        "SE" => Some(Start::End),
        "CLM" => Some(Start::Claim),
        "HL" => Some(Start::Level(match parts.nth(2)? {
            "20" => 0,
            "22" => 1,
            _ => 2,
        })),
        _ => None,
    }
}

impl Set {
    /// Three providers with subscribers and patients, some with several claims.
    pub fn sound() -> Set {
        let spec = Spec {
            seed: 11,
            claims: 60,
            claims_per_set: 20,
            ..common::spec()
        };
        let (bytes, _) = common::generated(&spec);
        let text = String::from_utf8(bytes).unwrap();
        let mut segments = Vec::new();
        let mut header = true;
        let mut open = [0; 3];
        let mut number = 0;
        for segment in text.split_terminator('~') {
            let kind = start(segment);
            if kind.is_some_and(|kind| kind == Start::Level(0)) {
                header = false;
            }
            match kind {
                Some(Start::Level(depth)) => {
                    number += 1;
                    open[depth] = number;
                    let parent = match depth {
                        0 => String::new(),
                        _ => open[depth - 1].to_string(),
                    };
                    let rest = segment.splitn(4, '*').nth(3).unwrap();
                    segments.push(format!("HL*{number}*{parent}*{rest}"));
                }
                Some(Start::End) => header = true,
                _ if !header || number == 0 => segments.push(segment.to_owned()),
                _ => {}
            }
        }
        let from = segments.iter().position(|s| s.starts_with("ST*")).unwrap();
        Set(segments.split_off(from))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = String::from(
            "ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *261123*1200*^*00501*000000001*0*P*:~\
             GS*HC*SUBMITTER*RECEIVER*20261123*1200*1*X*005010X222A1~",
        );
        for segment in &self.0 {
            text.push_str(segment);
            text.push('~');
        }
        let count = self.0.len() + 1;
        let end = format!("SE*{count}*0001~GE*1*1~IEA*1*000000001~");
        (text + &end).into_bytes()
    }

    pub fn claim_ids(&self, range: Range<usize>) -> BTreeSet<String> {
        self.0[range]
            .iter()
            .filter(|segment| segment.starts_with("CLM*"))
            .map(|segment| segment.split('*').nth(1).unwrap().to_owned())
            .collect()
    }

    /// Where the level at `at` ends with everything under it.
    pub fn end_of_level(&self, at: usize) -> usize {
        let Some(Start::Level(depth)) = start(&self.0[at]) else {
            return at;
        };
        (at + 1..self.0.len())
            .find(
                |&next| matches!(start(&self.0[next]), Some(Start::Level(other)) if other <= depth),
            )
            .unwrap_or(self.0.len())
    }

    /// The claims under the level at `at`.
    pub fn under(&self, at: usize) -> BTreeSet<String> {
        self.claim_ids(at..self.end_of_level(at))
    }

    /// The claims that what stands before `at` costs: one claim, a level, or the set.
    pub fn before(&self, at: usize) -> BTreeSet<String> {
        let holder = (0..at)
            .rev()
            .find(|&before| start(&self.0[before]).is_some())
            .unwrap();
        match start(&self.0[holder]) {
            Some(Start::Claim) => self.claim_ids(holder..holder + 1),
            Some(Start::Level(_)) => self.under(holder),
            _ => self.claim_ids(0..self.0.len()),
        }
    }

    pub fn levels(&self) -> Vec<usize> {
        (0..self.0.len())
            .filter(|&at| matches!(start(&self.0[at]), Some(Start::Level(_))))
            .collect()
    }

    /// The HL at `at` with another value at this position.
    pub fn with(&self, at: usize, position: usize, value: &str) -> Set {
        let mut changed = self.clone();
        let mut parts: Vec<&str> = self.0[at].split('*').collect();
        parts[position] = value;
        changed.0[at] = parts.join("*");
        changed
    }

    pub fn without(&self, at: usize) -> Set {
        let mut changed = self.clone();
        changed.0.remove(at);
        changed
    }

    pub fn insert(&self, at: usize, segment: &str) -> Set {
        let mut changed = self.clone();
        changed.0.insert(at, segment.to_owned());
        changed
    }
}
