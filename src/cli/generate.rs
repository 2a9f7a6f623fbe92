//! `telescrub generate`.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tempfile::NamedTempFile;

use super::{CliError, Common, Status};
use crate::counted::counted;
use crate::generate::{self, Delimiters, Fault, Level, LineEnd, Mix, Spec};
use crate::value::State;

/// Write synthetic 837P claims of any size for demos, tests and benches
///
/// Seeded: the same flags, --now among them, give the same bytes. Nobody in them is real.
#[derive(Debug, Args)]
pub(super) struct Generate {
    /// Where to write; - for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Number of claims
    #[arg(long, default_value_t = 1_000)]
    claims: u64,
    /// Claims in a transaction set
    #[arg(long, default_value_t = 500)]
    claims_per_set: u64,
    /// Transaction sets in a functional group
    #[arg(long, default_value_t = 10)]
    sets_per_group: u64,
    /// Interchanges
    #[arg(long, default_value_t = 1)]
    interchanges: u64,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Element, component and repetition separator and segment terminator
    #[arg(long, value_name = "CHARS", default_value = "*:^~")]
    delimiters: String,
    /// What follows each segment terminator
    #[arg(long, value_enum, default_value_t = Ends::None)]
    line_end: Ends,
    /// Claims by telehealth, in percent of those that can be
    #[arg(long, default_value_t = 50, value_name = "PERCENT")]
    telehealth: u8,
    /// Weights of the payers: medicare=45,medicaid=25,commercial=30
    #[arg(long, value_name = "WEIGHTS")]
    payers: Option<String>,
    /// States whose Medicaid pays: TX,CA,...
    #[arg(long, value_name = "STATES", value_delimiter = ',')]
    states: Vec<String>,
    /// First and last year of service, such as 2024-2026
    #[arg(long, value_name = "YEARS")]
    years: Option<String>,
    /// Claims with a planted fault, in percent
    #[arg(long, default_value_t = 0.0, value_name = "RATE")]
    bad: f64,
    /// Which faults to plant, by name; all kinds that fit a claim if left out
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    faults: Vec<String>,
    /// Where to write what was planted, one JSON object a fault
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// List the kinds of faults with the rule that catches each
    #[arg(long)]
    list_faults: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ends {
    None,
    Lf,
    #[value(name = "crlf")]
    CrLf,
    Cr,
}

impl Generate {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        if self.list_faults {
            for fault in Fault::all() {
                tellln!(out, "{:<44}{}", fault.name(), fault.rule());
            }
            return Ok(Status::Done);
        }
        let spec = self.spec(common)?;
        let pool = common.pool()?;
        let failed = |path: &PathBuf, error: io::Error| {
            CliError::Usage(format!("{}: {error}", path.display()))
        };
        if self.labels.as_ref() == Some(&self.out) {
            return Err(CliError::Usage(
                "--labels takes a file of its own".to_owned(),
            ));
        }
        let open = |path| Target::open(path).map_err(|error| failed(path, error));
        let mut out = open(&self.out)?;
        let mut labels = self
            .labels
            .as_ref()
            .map(open)
            .transpose()?
            .map(BufWriter::new);
        let summary = pool.install(|| -> io::Result<_> {
            let summary = generate::write(&spec, &mut out, labels.as_mut())?;
            out.publish()?;
            if let Some(labels) = labels {
                labels
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?
                    .publish()?;
            }
            Ok(summary)
        });
        match summary {
            Ok(summary) => {
                if !common.quiet {
                    let planted: u64 = summary.planted.iter().map(|(_, count)| count).sum();
                    tellln!(
                        err,
                        "{}, ${}, {} bytes, {} planted",
                        counted(summary.claims, "claim"),
                        summary.charges,
                        summary.bytes,
                        counted(planted, "fault")
                    );
                }
                Ok(Status::Done)
            }
            // Whoever reads may have seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Status::Done),
            Err(error) => Err(failed(&self.out, error)),
        }
    }

    fn spec(&self, common: &Common) -> Result<Spec, CliError> {
        let usage = |message: String| CliError::Usage(message);
        let mut spec = Spec {
            today: common.today(),
            ..Spec::default()
        };
        spec.seed = self.seed;
        spec.claims = self.claims;
        spec.claims_per_set = self.claims_per_set;
        spec.sets_per_group = self.sets_per_group;
        spec.interchanges = self.interchanges;
        let sets = self.claims.div_ceil(self.claims_per_set.max(1));
        if self.interchanges > sets {
            return Err(usage(format!(
                "--interchanges {} takes as many transaction sets, and these claims fill {sets}: \
                 ask for more --claims or fewer --claims-per-set",
                self.interchanges
            )));
        }
        let [element, component, repetition, segment] = *self.delimiters.as_bytes() else {
            return Err(usage(
                "--delimiters takes four characters, such as *:^~".to_owned(),
            ));
        };
        spec.delimiters = Delimiters {
            element,
            component,
            repetition,
            segment,
        };
        spec.line_end = match self.line_end {
            Ends::None => LineEnd::None,
            Ends::Lf => LineEnd::Lf,
            Ends::CrLf => LineEnd::CrLf,
            Ends::Cr => LineEnd::Cr,
        };
        spec.telehealth_percent = self.telehealth;
        if let Some(weights) = &self.payers {
            spec.payers = mix(weights, spec.payers).map_err(usage)?;
        }
        if !self.states.is_empty() {
            spec.payers.medicaid_states = self
                .states
                .iter()
                .map(|code| {
                    State::parse(code.as_bytes())
                        .ok_or_else(|| usage(format!("`{code}` is no state")))
                })
                .collect::<Result<_, _>>()?;
        }
        spec.last_year = spec.today.year();
        spec.first_year = spec.last_year;
        if let Some(years) = &self.years {
            let (first, last) = years.split_once('-').unwrap_or((years, years));
            let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else {
                return Err(usage(format!(
                    "--years takes two years, such as 2024-2026, not `{years}`"
                )));
            };
            (spec.first_year, spec.last_year) = (first, last);
        }
        spec.bad_percent = self.bad;
        if !self.faults.is_empty() {
            spec.faults = self
                .faults
                .iter()
                .map(|name| {
                    Fault::named(name).ok_or_else(|| {
                        usage(format!(
                            "there is no fault `{name}`; --list-faults lists them"
                        ))
                    })
                })
                .collect::<Result<_, _>>()?;
            let of_claims = |fault: &&Fault| fault.level() == Level::Claim;
            if let Some(fault) = spec.faults.iter().find(of_claims)
                && self.bad == 0.0
            {
                return Err(usage(format!(
                    "{} is planted in claims: say in how many percent of them, such as --bad 5",
                    fault.name()
                )));
            }
        }
        Ok(spec)
    }
}

/// Where claims or labels go: a file gets its name once it is whole; a pipe or a device, and
/// what a link leads to, is written to as it is.
enum Target<'a> {
    File(NamedTempFile, &'a Path),
    Other(Box<dyn Write + Send>),
}

impl Target<'_> {
    fn open(path: &PathBuf) -> io::Result<Target<'_>> {
        if path.as_os_str() == "-" {
            return Ok(Target::Other(Box::new(io::stdout())));
        }
        if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
            return Ok(Target::Other(Box::new(File::create(path)?)));
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".telescrub-")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        Ok(Target::File(file, path))
    }

    fn publish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Target::File(file, path) => file.persist(path).map(drop).map_err(|error| error.error),
            Target::Other(_) => Ok(()),
        }
    }
}

impl Write for Target<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::File(file, _) => file.write(bytes),
            Target::Other(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::File(file, _) => file.flush(),
            Target::Other(out) => out.flush(),
        }
    }
}

fn mix(weights: &str, mut mix: Mix) -> Result<Mix, String> {
    (mix.medicare, mix.medicaid, mix.commercial) = (0, 0, 0);
    for part in weights.split(',') {
        let (name, weight) = part.split_once('=').unwrap_or((part, "1"));
        let weight = weight
            .parse()
            .map_err(|_| format!("`{weight}` is no weight"))?;
        match name {
            "medicare" => mix.medicare = weight,
            "medicaid" => mix.medicaid = weight,
            "commercial" => mix.commercial = weight,
            _ => {
                return Err(format!(
                    "`{name}` is none of medicare, medicaid, commercial"
                ));
            }
        }
    }
    Ok(mix)
}
