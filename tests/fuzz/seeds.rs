//! The files that a run starts from: the small fixtures, and generated ones of every fault,
//! layout and delimiter.

use std::path::Path;

use telescrub::generate::{Fault, Spec};

use crate::{common, damage, files};

/// Writes them to the folder `TELESCRUB_FUZZ_SEEDS`, if that is set.
pub fn write() {
    let Some(folder) = std::env::var_os("TELESCRUB_FUZZ_SEEDS") else {
        return;
    };
    let put = |name: &str, bytes: &[u8]| {
        std::fs::write(Path::new(&folder).join(name), bytes).expect("the folder takes it");
    };
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
    for (number, bytes) in files::files(fixtures).into_iter().enumerate() {
        if bytes.len() < 12_000 {
            put(&format!("fixture-{number}"), &bytes);
        }
    }
    for fault in Fault::claim_level() {
        let spec = Spec {
            claims: 2,
            bad_percent: 50.0,
            first_year: 2020,
            faults: vec![fault],
            ..common::spec()
        };
        let mut bytes = Vec::new();
        // Not every fault fits into two claims.
        if telescrub::generate::write(&spec, &mut bytes, None::<&mut Vec<u8>>).is_ok() {
            put(fault.name(), &bytes);
        }
    }
    let mut dice = damage::Dice(1);
    for number in 0..60 {
        let bytes = damage::Sample::generated(&mut dice).bytes;
        if bytes.len() < 12_000 {
            put(&format!("generated-{number}"), &bytes);
        }
        if number == 0 {
            let packed = zstd::encode_all(&bytes[..], 3).expect("zstd packs");
            put("packed", &packed);
        }
    }
}
