//! Runs that the ledger took, of files that are not published after all.

use super::*;

/// A night so large that it has the machine for itself: the ledger takes its run while it is
/// scrubbed, before anything is decided.
fn large(seed: u64) -> Vec<u8> {
    let mut bytes = vec![b'\n'; 9 << 20];
    bytes.extend(night(seed));
    bytes
}

/// A zstd frame of blocks that are not compressed, so that it is as large as what it holds.
fn stored(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 100_000;
    // The magic number, and a window of 2 MiB.
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let last = u32::from(blocks.peek().is_none());
        let header = u32::try_from(block.len()).unwrap() << 3 | last;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

/// Does something at the first passing of a step.
fn once_at<'a>(
    step: &'static str,
    act: impl Fn() + Sync + 'a,
) -> impl Fn(&'static str) + Sync + 'a {
    let done = std::sync::atomic::AtomicBool::new(false);
    move |at| {
        if at == step && !done.swap(true, std::sync::atomic::Ordering::Relaxed) {
            act();
        }
    }
}

#[test]
fn a_large_file_that_is_superseded_while_it_is_read_leaves_no_claim_in_the_ledger() {
    let folder = Drop::new();
    fs::write(folder.at("inbox/night.837"), large(1)).unwrap();
    let changes = once_at("scrubbed", || {
        let mut longer = large(1);
        longer.push(b'\n');
        fs::write(folder.taken(), longer).unwrap();
        fs::write(folder.at("inbox/night.837"), night(1)).unwrap();
    });
    folder.inside(&changes).unwrap();
    assert_eq!(
        folder.names("quarantine"),
        ["night.837", "night.837.why.txt"]
    );
    assert_eq!(folder.published(".clean.837"), good(1));
}

#[test]
fn a_large_twin_that_shows_once_it_is_unpacked_leaves_no_run_in_the_ledger() {
    let folder = Drop::new();
    fs::write(folder.at("inbox/night.837"), large(1)).unwrap();
    folder.once();
    fs::write(folder.at("inbox/twin.837"), stored(&large(1))).unwrap();
    folder.once();
    assert_eq!(folder.names("quarantine"), ["twin.837", "twin.837.why.txt"]);
    let ledger = rusqlite::Connection::open(folder.at("../.telescrub/ledger.db")).unwrap();
    let runs = ledger.query_row("SELECT count(*) FROM runs", [], |row| row.get::<_, i64>(0));
    assert_eq!(runs.unwrap(), 1);
}
