//! Blocks in parallel, results in order.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rayon::{ThreadPool, Yield};

use super::block::Block;
use super::carried::Carried;
use super::cutter::Cutter;
use super::duplicates::{Seen, Twin};
use super::judge::{Assignment, Judged, judge};
use crate::lock::lock;
use crate::x12::Tokens;

/// Blocks on their way for each of several threads: one being judged, two that wait for a thread
/// or, judged, for those before them, so that no thread idles while the coordinator writes. One
/// thread alone finishes each before the next, while it is in the processor's cache.
const BLOCKS_A_THREAD: usize = 3;

/// Why a run of blocks stopped.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The input or an output failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What is known of the claims before can't be kept or read again.
    #[error(
        "cannot keep what later claims are compared with in the output folder: {0}; nothing was published, free some space there"
    )]
    Seen(io::Error),
    /// A block could not be judged: a fault of the program.
    #[error(
        "internal fault while judging the block at byte {0}; nothing was published, please report it"
    )]
    Fault(u64),
    /// The run was told to stop.
    #[error("interrupted; nothing was published")]
    Interrupted,
}

#[derive(Default)]
struct Slot {
    result: Mutex<Option<Result<(Block, Judged), u64>>>,
    ready: Condvar,
}

/// Judges all blocks of the cutter on the pool and hands each, in order, to `sink`.
///
/// The calling thread becomes one of the pool's: it cuts and writes, and judges
/// blocks itself while it would have to wait, so that a pool of one thread works too.
///
/// # Errors
/// When reading or `sink` fails, or a block can't be judged.
pub fn run<R: Read + Send>(
    pool: &ThreadPool,
    cutter: &mut Cutter<R>,
    assignment: Assignment<'_>,
    seen: &mut Seen,
    stop: &(dyn Fn() -> bool + Sync),
    sink: &mut (dyn FnMut(&Block, Judged) -> io::Result<()> + Send),
) -> Result<(), PipelineError> {
    let spare_tokens: Mutex<Vec<Tokens>> = Mutex::new(Vec::new());
    let most = match pool.current_num_threads() {
        1 => 1,
        threads => threads * BLOCKS_A_THREAD,
    };
    pool.install(|| {
        rayon::scope_fifo(|scope| {
            let mut waiting: VecDeque<Arc<Slot>> = VecDeque::new();
            let mut spare_blocks: Vec<Block> = Vec::new();
            let mut ended = false;
            let mut carried = Carried::default();
            loop {
                while !ended && waiting.len() < most {
                    if stop() {
                        return Err(PipelineError::Interrupted);
                    }
                    let mut block = spare_blocks.pop().unwrap_or_default();
                    if !cutter.next(&mut block)? {
                        ended = true;
                        break;
                    }
                    let slot = Arc::new(Slot::default());
                    waiting.push_back(Arc::clone(&slot));
                    let spare_tokens = &spare_tokens;
                    scope.spawn_fifo(move |_| {
                        let at = block.stretches.last().map_or(0, |stretch| stretch.offset);
                        // A panic must neither stop the pool nor let the coordinator
                        // wait for ever; the message may hold claim content, so it
                        // is not passed on.
                        let result = catch_unwind(AssertUnwindSafe(|| {
                            let mut tokens = lock(spare_tokens).pop().unwrap_or_default();
                            let judged = judge(&block, &mut tokens, assignment);
                            lock(spare_tokens).push(tokens);
                            (block, judged)
                        }));
                        *lock(&slot.result) = Some(result.map_err(|_| at));
                        slot.ready.notify_one();
                    });
                }
                let Some(slot) = waiting.pop_front() else {
                    return Ok(());
                };
                let (mut block, mut judged) = wait(&slot).map_err(PipelineError::Fault)?;
                let again = |block: &Block, twins: &[Twin]| {
                    let mut tokens = lock(&spare_tokens).pop().unwrap_or_default();
                    let assignment = Assignment {
                        twins,
                        ..assignment
                    };
                    let judged = judge(block, &mut tokens, assignment);
                    lock(&spare_tokens).push(tokens);
                    judged
                };
                // Rare: only behind a level that lost its HL.
                if carried != Carried::default() {
                    block.carried = carried;
                    judged = again(&block, &[]);
                }
                carried = judged.carried;
                let twins = seen
                    .twins(&judged.prints.prints)
                    .map_err(PipelineError::Seen)?;
                if twins != judged.twins {
                    judged = again(&block, &twins);
                }
                let mended = judged.block.take();
                sink(mended.as_ref().unwrap_or(&block), judged)?;
                spare_blocks.push(block);
            }
        })
    })
}

/// The result of the slot; works on other blocks until it is there.
fn wait(slot: &Slot) -> Result<(Block, Judged), u64> {
    loop {
        if let Some(result) = lock(&slot.result).take() {
            return result;
        }
        if rayon::yield_now() != Some(Yield::Executed) {
            // Another thread has it. The wait is bounded, since a block may still lie
            // in this thread's own queue.
            let result = lock(&slot.result);
            if result.is_none() {
                let patience = std::time::Duration::from_millis(1);
                drop(
                    slot.ready
                        .wait_timeout(result, patience)
                        .unwrap_or_else(PoisonError::into_inner),
                );
            }
        }
    }
}
