//! Interchanges, functional groups and transaction sets as they open and close.

use super::fault::{Fault, Scope};
use super::header_values;
use super::interchange_key::InterchangeKey;
use super::numbers::ControlNumbers;
use super::pass::{Open, Pass, value};
use super::transaction::{VERSIONS, other_group, transaction_name};
use crate::x12::Delimiters;
use crate::x12::envelope::{self, element};
use crate::x12::header::{IsaFault, holds_header};
use crate::x12::hierarchy::Hierarchy;
use crate::x12::limits;

impl Pass<'_> {
    pub(super) fn open_interchange(
        &mut self,
        at: u64,
        text: &[u8],
        delimiters: Delimiters,
        fault: Option<IsaFault>,
    ) {
        self.end_stray();
        self.close_unclosed(at);
        self.survey.interchanges += 1;
        self.latest_interchange = Some(at);
        let number = value(text, delimiters, 13).trim().to_owned();
        self.interchange = Some(Open {
            header: at,
            number: number.clone(),
            count: 0,
        });
        self.groups_of_interchange = ControlNumbers::default();
        if let Some(fault) = fault {
            self.note(Scope::Interchange, at, at, text.len(), Fault::Header(fault));
        }
        if fault == Some(IsaFault::Unreadable) {
            self.look_for_claim(at, text);
        }
        if matches!(fault, None | Some(IsaFault::Repetition)) {
            let odd = header_values::odd_of_interchange(text, delimiters.element);
            self.note_values(Scope::Interchange, (at, text.len()), &number, odd);
        }
        if element(text, delimiters.element, 15) == b"T" {
            self.note(Scope::Interchange, at, at, text.len(), Fault::TestUsage);
        }
        let key = InterchangeKey::of(|position| element(text, delimiters.element, position));
        if let Some(day) = self.taken.and_then(|taken| taken(&key)) {
            let number = number.clone();
            self.note(
                Scope::Interchange,
                at,
                at,
                text.len(),
                Fault::Taken { number, day },
            );
        }
        let is_new = number.is_empty() || self.interchange_numbers.insert(&key);
        self.use_number(at, &number, self.interchange_numbers.is_full());
        if !is_new {
            self.note(
                Scope::Interchange,
                at,
                at,
                text.len(),
                Fault::Repeated { number },
            );
        }
    }

    /// Notes the elements of a header, by position, that hold no value the guide has for them;
    /// `number` is its control number.
    fn note_values(
        &mut self,
        scope: Scope,
        (at, len): (u64, usize),
        number: &str,
        odd: impl Iterator<Item = u8>,
    ) {
        for position in odd {
            let is_number = position == header_values::number_of(scope);
            let fault = if is_number && number.trim().is_empty() {
                Fault::NoNumber { position }
            } else {
                Fault::HeaderValue { position }
            };
            self.note(scope, at, at, len, fault);
        }
    }

    pub(super) fn open_group(&mut self, at: u64, text: &[u8], delimiters: Delimiters) {
        self.end_stray();
        self.close_unclosed_set(at);
        self.close_unclosed_group(at);
        self.survey.groups += 1;
        let [code, number, version] = [1, 6, 8].map(|position| value(text, delimiters, position));
        if let Some(interchange) = &mut self.interchange {
            interchange.count += 1;
        }
        self.group = Some(Open {
            header: at,
            number: number.clone(),
            count: 0,
        });
        self.sets_of_group = ControlNumbers::default();
        self.other_group = other_group(&code, &version, holds_header(text, delimiters.element));
        if self.other_group.is_none() {
            let odd = header_values::odd_of_group(text, delimiters.element);
            self.note_values(Scope::Group, (at, text.len()), &number, odd);
        }
        if code == "HC" && version != VERSIONS[0] && VERSIONS.contains(&version.as_str()) {
            self.note(
                Scope::Group,
                at,
                at,
                text.len(),
                Fault::Edition {
                    version: version.clone(),
                },
            );
        }
        self.group_version = version;
        if self.is_repeated(at, &number, Scope::Group) {
            self.note(Scope::Group, at, at, text.len(), Fault::Repeated { number });
        }
    }

    pub(super) fn open_set(
        &mut self,
        at: u64,
        len: usize,
        code: &str,
        number: &str,
        version: &str,
    ) {
        self.end_stray();
        self.close_unclosed_set(at);
        self.survey.sets += 1;
        if let Some(group) = &mut self.group {
            group.count += 1;
        }
        self.set = Some(Open {
            header: at,
            number: number.to_owned(),
            count: 1,
        });
        self.set_claims = 0;
        self.oversize_noted = false;
        self.boundary = at;
        self.hierarchy = Hierarchy::default();
        let effective = if version.is_empty() {
            self.group_version.clone()
        } else {
            version.to_owned()
        };
        self.judged = code == "837" && VERSIONS.contains(&effective.as_str());
        if self.judged {
            self.survey.sets_837p += 1;
            let odd = header_values::is_odd_set_number(number).then_some(2);
            self.note_values(Scope::Set, (at, len), number, odd.into_iter());
            if self.group.is_some()
                && let Some(name) = self.other_group.clone()
            {
                self.note(Scope::Set, at, at, len, Fault::Unsupported { name });
            } else if version.is_empty() {
                let version = String::new();
                self.note(Scope::Set, at, at, len, Fault::Edition { version });
            } else if effective != VERSIONS[0] && effective != self.group_version {
                self.note(
                    Scope::Set,
                    at,
                    at,
                    len,
                    Fault::Edition { version: effective },
                );
            }
            let missing = match (&self.interchange, &self.group) {
                (_, None) => Some(Scope::Group),
                (None, Some(_)) => Some(Scope::Interchange),
                (Some(_), Some(_)) => None,
            };
            if let Some(envelope) = missing {
                self.note(Scope::Set, at, at, len, Fault::Outside { envelope });
            }
        } else {
            let name = transaction_name(code, &effective);
            if self.survey.unsupported.len() < 16 && !self.survey.unsupported.contains(&name) {
                self.survey.unsupported.push(name.clone());
            }
            self.note(Scope::Set, at, at, len, Fault::Unsupported { name });
        }
        if self.is_repeated(at, number, Scope::Set) {
            self.note(
                Scope::Set,
                at,
                at,
                len,
                Fault::Repeated {
                    number: number.trim().to_owned(),
                },
            );
        }
    }

    /// Takes the control number of a group or set into account; whether another one around it
    /// has the same. Who receives it may read it without the blanks beside it.
    fn is_repeated(&mut self, at: u64, number: &str, scope: Scope) -> bool {
        let number = number.trim();
        let (used, stands_in_one) = match scope {
            Scope::Set => (&mut self.sets_of_group, self.group.is_some()),
            _ => (&mut self.groups_of_interchange, self.interchange.is_some()),
        };
        let repeated = stands_in_one && !number.is_empty() && !used.insert(number);
        let is_full = used.is_full();
        self.use_number(at, number, is_full);
        repeated
    }

    /// Takes down that the number is in use somewhere in the input.
    fn use_number(&mut self, at: u64, number: &str, is_full: bool) {
        if let Some(value) = envelope::number(number.as_bytes()) {
            self.survey.numbers.insert(value);
        }
        if is_full || self.survey.numbers.is_full() {
            self.survey.flooded.get_or_insert(at);
        }
    }

    pub(super) fn close_set(&mut self, at: u64, len: usize, said: &str, number: &str) {
        self.at_boundary(at);
        self.close_levels();
        let claims = self.set_claims;
        if let Some(set) = &self.set {
            let header = set.header;
            let open = (header, set.number.clone(), set.count);
            self.compare(Scope::Set, open, at, len, said, number);
            if self.judged && claims == 0 && self.hierarchy.is_empty() {
                self.note(Scope::Set, header, at, len, Fault::Empty);
            }
            if claims > limits::CLAIMS_PER_SET {
                self.note(Scope::Set, header, at, len, Fault::ManyClaims { claims });
            }
        }
        self.set = None;
    }

    pub(super) fn close_group(&mut self, at: u64, len: usize, said: &str, number: &str) {
        self.end_stray();
        self.close_unclosed_set(at);
        match &self.group {
            Some(group) => {
                let open = (group.header, group.number.clone(), group.count);
                self.compare(Scope::Group, open, at, len, said, number);
            }
            None => self.note(Scope::Input, at, at, len, Fault::Unopened),
        }
        self.group = None;
    }

    pub(super) fn close_interchange(&mut self, at: u64, len: usize, said: &str, number: &str) {
        self.end_stray();
        self.close_unclosed_set(at);
        self.close_unclosed_group(at);
        match &self.interchange {
            Some(interchange) => {
                let open = (
                    interchange.header,
                    interchange.number.clone(),
                    interchange.count,
                );
                self.compare(Scope::Interchange, open, at, len, said, number.trim());
            }
            None => self.note(Scope::Input, at, at, len, Fault::Unopened),
        }
        self.interchange = None;
    }

    /// Compares an envelope (its header, number and count) with what its trailer says.
    fn compare(
        &mut self,
        scope: Scope,
        (header, begun, counted): (u64, String, u64),
        at: u64,
        len: usize,
        said: &str,
        number: &str,
    ) {
        if number != begun {
            let fault = Fault::ControlNumber {
                header: begun,
                trailer: number.to_owned(),
            };
            self.note(scope, header, at, len, fault);
        }
        if envelope::number(said.as_bytes()) != Some(counted) {
            let said = said.to_owned();
            self.note(scope, header, at, len, Fault::Count { said, counted });
        }
    }

    pub(super) fn close_unclosed(&mut self, at: u64) {
        self.close_unclosed_set(at);
        self.close_unclosed_group(at);
        if let Some(header) = self.interchange.as_ref().map(|open| open.header) {
            self.note(Scope::Interchange, header, at, 0, Fault::Unclosed);
            self.interchange = None;
        }
    }

    fn close_unclosed_group(&mut self, at: u64) {
        if let Some(header) = self.group.as_ref().map(|open| open.header) {
            self.note(Scope::Group, header, at, 0, Fault::Unclosed);
            self.group = None;
        }
    }

    fn close_unclosed_set(&mut self, at: u64) {
        if let Some(header) = self.set.as_ref().map(|set| set.header) {
            self.at_boundary(at);
            self.close_levels();
            self.note(Scope::Set, header, at, 0, Fault::Unclosed);
            self.set = None;
        }
    }
}
