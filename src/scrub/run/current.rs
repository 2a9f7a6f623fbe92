//! The run of one input: what each of its steps needs.

use std::io;
use std::path::Path;

use super::error::RunError;
use super::workplace::Workplace;
use crate::emit::publish::Output;
use crate::ledger::LedgerError;
use crate::scrub::input::Input;
use crate::scrub::pipeline::PipelineError;

/// One input on its way to its published files.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub input: &'a Input,
    pub folder: &'a Path,
    pub workplace: &'a Workplace<'a>,
}

impl Run<'_> {
    /// The input's name, for messages.
    pub(super) fn name(&self) -> String {
        self.input.name()
    }

    pub(super) fn unwritable(&self, error: io::Error) -> RunError {
        RunError::Unwritable {
            file: self.name(),
            folder: self.folder.display().to_string(),
            error,
        }
    }

    pub(super) fn unreadable(&self, error: io::Error) -> RunError {
        RunError::Unreadable {
            file: self.name(),
            error,
        }
    }

    pub(super) fn unrecorded(&self, error: LedgerError) -> RunError {
        RunError::Ledger {
            file: self.name(),
            error,
        }
    }

    pub(super) fn stopped(&self, error: PipelineError) -> RunError {
        RunError::Stopped {
            file: self.name(),
            error,
        }
    }

    /// The output of a kind, under a temporary name.
    pub(super) fn output(&self, kind: &str) -> Output {
        let options = &self.workplace.options;
        let name = format!("{}.{kind}", self.input.stem);
        Output::new(self.folder, &name, options.compress).synced(options.sync)
    }
}
