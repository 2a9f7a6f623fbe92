//! The input of a run, held against its manifest.

use std::path::Path;

use super::error::VerifyError;
use super::read_back::ReadBack;
use super::report::Report;
use crate::counted::counted;
use crate::emit::manifest::{InputRecord, Manifest};
use crate::scrub::block::{Block, BlockKind};
use crate::scrub::cutter::Cutter;
use crate::scrub::digest::Claims;
use crate::scrub::input::{Input, Surveyed, open};
use crate::x12::{Tokens, limits};

/// Proves that this is the input, with the envelopes and claims the manifest says.
pub(super) fn prove(
    path: &Path,
    manifest: &Manifest,
    report: &mut Report,
) -> Result<(), VerifyError> {
    let file = path.display().to_string();
    let unreadable = VerifyError::named_unreadable(&file);
    let differs = |what: &str| VerifyError::differs(&file, what);
    let input = Input {
        path: Some(path.to_owned()),
        stem: String::new(),
    };
    let Surveyed {
        file: bytes,
        survey,
        ..
    } = open(&input, &std::env::temp_dir(), None).map_err(unreadable)?;
    if InputRecord::of(manifest.input.file.clone(), &survey) != manifest.input {
        return Err(differs("it is not the input of this run"));
    }
    let found = ReadBack {
        claims: survey.claims,
        charges: survey.charges,
        ..ReadBack::default()
    };
    if manifest.status == "scrubbed" {
        found.same(&file, &manifest.totals.input)?;
        let mut claims = Claims::default();
        let mut cutter = Cutter::new(bytes, &survey, limits::BLOCK_BYTES);
        let (mut block, mut tokens) = (Block::default(), Tokens::default());
        while cutter.next(&mut block).map_err(unreadable)? {
            if let Some(delimiters) = block.delimiters {
                tokens.fill(&block.bytes, delimiters);
            }
            claims.join(Claims::of_block(&block, &tokens));
            if matches!(block.kind, BlockKind::Piece { .. }) {
                claims.piece_of_block(&block);
            }
        }
        if claims.digest().to_string() != manifest.claims.input {
            return Err(differs("its claims are not those the manifest speaks of"));
        }
    }
    report.say(&format!(
        "{file} is the input of the run, with {} and ${}",
        counted(found.claims, "claim"),
        found.charges
    ));
    Ok(())
}
