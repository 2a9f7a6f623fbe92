//! Parses a file with `edi` and nothing else: what `whole.sh` sets the scrub beside.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: edi-parse FILE");
        return ExitCode::FAILURE;
    };
    let parsed = std::fs::read_to_string(&path).map(|text| {
        edi::parse(&text)
            .map(|document| document.interchanges.len())
            .map_err(|error| error.to_string())
    });
    match parsed {
        Ok(Ok(interchanges)) => {
            println!("{interchanges} interchanges");
            ExitCode::SUCCESS
        }
        Ok(Err(error)) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}
