//! `telescrub.toml`: what a user sets once for all runs.
//!
//! The file is read only where it is named (`--config FILE`), never found by where the
//! program was started: the same command gives the same verdicts in every folder.
//! [`Config`] is the file, read and checked by itself; [`Config::judgement`] makes of it
//! what claims are judged by. Every fault names its line and the nearest right word.

mod apply;
mod file;
mod schema;
mod watch;

pub use file::Level;
pub use schema::schema;
pub use watch::{FolderNames, Watch};

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::policy::{PolicyError, Problem, problem_of, read_text};
use crate::rules::registry::{self, RULES};
use crate::rules::severities::{Setting, Severities};
use crate::rules::{Check, Rule};
use crate::value::{Confidence, Severity};

use file::{ConfigFile, Rules};

/// A configuration, read and checked by itself.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file's name in messages.
    name: String,
    /// Payer ids with the policy key that governs each, and the line that says so.
    payers: Vec<(String, String, u32)>,
    severities: Severities,
    reject_at: Option<Confidence>,
    /// The policy folder it names, as seen from where the program runs.
    folder: Option<PathBuf>,
    /// The drop folder; its root as seen from where the program runs.
    pub watch: Option<Watch>,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// Every fault that can be told at once, in order of the lines.
    pub fn read(path: &Path) -> Result<Config, Vec<PolicyError>> {
        let name = path.display().to_string();
        let text = read_text(path, &name).map_err(|error| vec![error])?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        Config::parse(&name, &text, folder.unwrap_or(Path::new(".")))
    }

    /// Reads the text of a configuration; `base` is where its paths start from.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(name: &str, text: &str, base: &Path) -> Result<Config, Vec<PolicyError>> {
        let mut reader = Reader {
            name,
            text,
            errors: Vec::new(),
        };
        let file: ConfigFile = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let problem = problem_of(error.message());
                reader.fault(error.span(), problem);
                return Err(reader.errors);
            }
        };
        let mut config = Config {
            name: name.to_owned(),
            reject_at: file.policy.reject_at,
            folder: file.policy.folder.map(|folder| base.join(folder)),
            watch: file.watch.map(|watch| Watch {
                root: base.join(watch.root),
                ledger: watch.ledger.map(|path| base.join(path)),
                metrics_file: watch.metrics_file.map(|file| base.join(file)),
                ..watch
            }),
            ..Config::default()
        };
        for (key, text) in config.watch.iter().flat_map(Watch::faults) {
            reader.fault_of(key, Problem::Value(text));
        }
        reader.rules(file.rules, Whose::All, |rule, setting| {
            config.severities.set(rule, setting);
        });
        for (id, payer) in file.payers {
            if let Some(policy) = payer.policy {
                let line = reader.line(&policy.span());
                let policy = policy.into_inner();
                config.payers.push((id.clone(), policy, line));
            }
            reader.rules(payer.rules, Whose::Payer, |rule, setting| {
                config.severities.set_for(id.as_bytes(), rule, setting);
            });
        }
        if reader.errors.is_empty() {
            Ok(config)
        } else {
            reader.errors.sort_by_key(|error| error.line);
            Err(reader.errors)
        }
    }
}

/// Whose claims severities are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    All,
    Payer,
}

/// What is needed while a file is read.
struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    errors: Vec<PolicyError>,
}

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> u32 {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX)
    }

    fn fault(&mut self, span: Option<Range<usize>>, problem: Problem) {
        let line = span.map_or(0, |span| self.line(&span));
        self.errors.push(PolicyError {
            file: self.name.to_owned(),
            line,
            problem,
        });
    }

    /// A fault of a value that serde has read without its place.
    fn fault_of(&mut self, key: &str, problem: Problem) {
        let sets = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let line = self.text.lines().position(sets);
        self.errors.push(PolicyError {
            file: self.name.to_owned(),
            line: line.map_or(0, |line| u32::try_from(line + 1).unwrap_or(u32::MAX)),
            problem,
        });
    }

    fn rules(&mut self, rules: Rules, whose: Whose, mut set: impl FnMut(&'static Rule, Setting)) {
        for (code, rule) in rules {
            let severity = match rule.severity {
                Level::Reject => Setting::To(Severity::Reject),
                Level::Warn => Setting::To(Severity::Warn),
                Level::Info => Setting::To(Severity::Info),
                Level::Off => Setting::Off,
            };
            let found = registry::find(code.get_ref());
            if let Some(rule) = found.filter(|rule| rule.code == code.get_ref()) {
                if whose == Whose::Payer && matches!(rule.check, Check::Envelope) {
                    let text = format!(
                        "{} is about envelopes, which are of no payer; set it under [rules.{}]",
                        rule.code, rule.code
                    );
                    self.fault(Some(code.span()), Problem::Value(text));
                }
                set(rule, severity);
            } else {
                let known = found.map_or_else(
                    || RULES.iter().map(|rule| rule.code.to_owned()).collect(),
                    |rule| vec![rule.code.to_owned()],
                );
                let span = code.span();
                let key = code.into_inner();
                self.fault(Some(span), Problem::UnknownKey { key, known });
            }
        }
    }
}

#[cfg(test)]
mod tests;
