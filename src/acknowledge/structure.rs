//! The structure tables of the 999 and the 277CA, for whoever reads answers back.

use std::sync::LazyLock;

use crate::claim::structure::Structure;

/// The table of the 999.
pub static ACK999: LazyLock<Structure> =
    LazyLock::new(|| Structure::read(include_str!("999.structure")));

/// The table of the 277CA.
pub static ACK277CA: LazyLock<Structure> =
    LazyLock::new(|| Structure::read(include_str!("277ca.structure")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_of_the_tables_is_known() {
        for id in ["AK1", "AK2", "IK3", "CTX", "IK4", "IK5", "AK9"] {
            assert!(ACK999.knows(id.as_bytes()), "{id}");
        }
        for id in [
            "BHT", "HL", "NM1", "TRN", "DTP", "STC", "QTY", "AMT", "REF", "SVC",
        ] {
            assert!(ACK277CA.knows(id.as_bytes()), "{id}");
        }
        assert_eq!((ACK999.nodes.len(), ACK277CA.nodes.len()), (4, 14));
    }
}
