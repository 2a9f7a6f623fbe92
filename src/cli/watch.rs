//! `telescrub watch`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::{CliError, Common, Status};
use crate::lock::lock;
use crate::scrub::judge::Judgement;
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
        let settings = read_settings(common)?;
        let port = settings.metrics_port;
        let judgement = read_judgement(common, &settings)?;
        let usage = |error: WatchError| CliError::Usage(error.to_string());
        let mut service = Service::open(settings).map_err(usage)?;
        if let Some(port) = port {
            let address = http::serve(port, service.metrics()).map_err(CliError::Usage)?;
            tracing::info!(%address, "metrics");
        }
        let signals = Signals::default();
        for signal in [SIGTERM, SIGINT] {
            register(signal, &signals.stop)?;
        }
        register(SIGHUP, &signals.reload)?;
        let again = || {
            let settings = read_settings(common)?;
            let judgement = read_judgement(common, &settings)?;
            Ok((settings, judgement))
        };
        let mut reload = || match again() {
            Ok(new) => Some(new),
            Err::<_, CliError>(error) => {
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
            let mut steps = lock(&steps);
            let passed: &mut u64 = steps.entry(step).or_default();
            *passed += 1;
            if step == at && *passed == count {
                // Like a kill: nothing is cleaned up.
                std::process::abort();
            }
        };
        service
            .run(
                judgement,
                self.once,
                &signals,
                &|| common.today(),
                &mut reload,
                &checkpoint,
            )
            .map_err(usage)?;
        Ok(if self.once && service.unjudged() > 0 {
            Status::Input
        } else {
            Status::Done
        })
    }
}

/// The drop folder's settings.
fn read_settings(common: &Common) -> Result<Settings, CliError> {
    let config = common.config()?;
    let watch = config.watch.as_ref().ok_or_else(|| {
        CliError::Usage(
            "watch needs --config FILE with a [watch] section that names its root".to_owned(),
        )
    })?;
    let threads = common
        .threads()?
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    Settings::of(watch, threads).map_err(CliError::Usage)
}

/// What claims are judged by; a policy counts as current for `policy_age_days` after its facts
/// were gathered.
fn read_judgement(common: &Common, settings: &Settings) -> Result<Judgement, CliError> {
    let mut judgement = common.judgement()?;
    judgement.policy_days = settings.policy_age_days;
    Ok(judgement)
}

fn register(
    signal: i32,
    flag: &std::sync::Arc<std::sync::atomic::AtomicBool>,
) -> Result<(), CliError> {
    signal_hook::flag::register(signal, std::sync::Arc::clone(flag))
        .map(drop)
        .map_err(|error| CliError::Usage(format!("cannot listen for signals: {error}")))
}
