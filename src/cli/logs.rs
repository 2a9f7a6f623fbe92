//! Logs through `tracing`, on standard error. Never claim content.

use std::fmt::Display;
use std::io::IsTerminal;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::level_filters::LevelFilter;

use super::{Common, LogFormat};

/// Whether standard error takes JSON alone.
static JSON: AtomicBool = AtomicBool::new(false);

/// Whether standard error takes JSON alone, one object a line.
#[must_use]
pub fn in_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

/// Tells an error on standard error, as the logs look.
pub fn error(what: &dyn Display) {
    if in_json() {
        tracing::error!("{what}");
    } else {
        tellln!(err, "error: {what}");
    }
}

/// Of a fault of the program itself, only its place in the source is told: what a panic says may
/// hold claim content.
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| error(&fault(panic.location()))));
}

fn fault(place: Option<&Location<'_>>) -> String {
    let place = place.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    format!("internal fault at {place} of the source; please report it with this line")
}

/// Starts logging as the flags ask: errors and warnings as lines for people, or all
/// that happens as JSON. `TELESCRUB_LOG` sets another level.
pub fn start(common: &Common) {
    JSON.store(common.log_format == LogFormat::Json, Ordering::Relaxed);
    let wanted = std::env::var("TELESCRUB_LOG").ok();
    let usual = match (common.quiet, common.log_format) {
        (true, _) => LevelFilter::ERROR,
        (false, LogFormat::Text) => LevelFilter::WARN,
        (false, LogFormat::Json) => LevelFilter::INFO,
    };
    let builder = tracing_subscriber::fmt()
        .with_max_level(wanted.and_then(|level| level.parse().ok()).unwrap_or(usual))
        // A log that can't be written is no reason to end, and there is nowhere to tell it.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    // A second start in one process (a test) finds a logger there already, which is fine.
    let _ = match common.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => {
            let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            let colours = std::io::stderr().is_terminal() && !is_set("NO_COLOR") && !is_dumb;
            builder
                .with_ansi(colours)
                .without_time()
                .with_target(false)
                .try_init()
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_panic_only_its_place_is_told() {
        let told = fault(Some(Location::caller()));
        let place = "internal fault at src/cli/logs.rs:";
        assert!(told.starts_with(place), "{told}");
    }
}
