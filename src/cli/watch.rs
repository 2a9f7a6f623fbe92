//! `telescrub watch`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::{CliError, Common, Status};
use crate::watch::{Service, Settings, Signals, WatchError, http};

/// Scrub what arrives in the drop folder, each file once
///
/// The configuration's [watch] section says where. Runs until SIGTERM, which lets it
/// finish the files in hand; SIGHUP makes it read configuration and policy again.
#[derive(Debug, Args)]
pub(super) struct Watch {
    /// Empty the inboxes and exit, for cron and timers
    #[arg(long)]
    once: bool,
    /// Die at the N-th passing of a step (STEP or STEP:N), for tests of crashes
    #[arg(long, value_name = "STEP", hide = true)]
    die_at: Option<String>,
}

impl Watch {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        let config = common.config()?;
        let watch = config.watch.as_ref().ok_or_else(|| {
            CliError::Usage(
                "watch needs --config FILE with a [watch] section that names its root".to_owned(),
            )
        })?;
        let mode = u32::from_str_radix(&watch.output_mode, 8)
            .ok()
            .filter(|mode| *mode <= 0o777 && mode & 0o400 != 0)
            .ok_or_else(|| {
                CliError::Usage(format!(
                    "output_mode = \"{}\" is not an octal file mode; write \"0600\" or \"0640\"",
                    watch.output_mode
                ))
            })?;
        let threads = match common.threads {
            Some(0) => return Err(CliError::Usage("--threads takes 1 or more".to_owned())),
            Some(threads) => threads,
            None => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        };
        let settings = Settings {
            names: watch.folders.clone(),
            settle: Duration::from_secs(watch.settle_seconds),
            scan: Duration::from_secs(watch.scan_seconds),
            mode,
            accept_duplicates: watch.accept_duplicates,
            ledger: watch.ledger.clone(),
            unpacked_bytes: watch
                .max_unpacked_mb
                .map_or(u64::MAX, |most| most.saturating_mul(1_000_000)),
            metrics_file: watch.metrics_file.clone(),
            metrics_port: watch.metrics_port,
            policy_age_days: watch.policy_age_days,
            ..Settings::new(watch.root.clone(), threads)
        };
        let judgement = common.judgement()?;
        let usage = |error: WatchError| CliError::Usage(error.to_string());
        let service = Service::open(settings).map_err(usage)?;
        if let Some(port) = watch.metrics_port {
            let address = http::serve(port, service.metrics()).map_err(CliError::Usage)?;
            tracing::info!(%address, "metrics");
        }
        let signals = Signals::default();
        for signal in [SIGTERM, SIGINT] {
            register(signal, &signals.stop)?;
        }
        register(SIGHUP, &signals.reload)?;
        let mut reload = || match common.judgement() {
            Ok(judgement) => Some(judgement),
            Err(error) => {
                tracing::error!(%error, "the new configuration or policy is wrong, the old one stays");
                None
            }
        };
        let steps = Mutex::new(BTreeMap::new());
        let wanted = self.die_at.as_deref().map(|wanted| {
            let (step, count) = wanted.split_once(':').unwrap_or((wanted, "1"));
            (step, count.parse::<u64>().unwrap_or(1))
        });
        let checkpoint = |step: &'static str| {
            let Some((at, count)) = wanted else { return };
            let mut steps = steps
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let passed: &mut u64 = steps.entry(step).or_default();
            *passed += 1;
            if step == at && *passed == count {
                // Like a kill: nothing is cleaned up.
                std::process::abort();
            }
        };
        service
            .run(judgement, self.once, &signals, &mut reload, &checkpoint)
            .map_err(usage)?;
        Ok(Status::Done)
    }
}

fn register(
    signal: i32,
    flag: &std::sync::Arc<std::sync::atomic::AtomicBool>,
) -> Result<(), CliError> {
    signal_hook::flag::register(signal, std::sync::Arc::clone(flag))
        .map(drop)
        .map_err(|error| CliError::Usage(format!("cannot listen for signals: {error}")))
}
