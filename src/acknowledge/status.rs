//! What a 277CA says of a finding: category (list 507), status (list 508), entity.
//!
//! A rule names its own; for a fault of syntax they follow from the element at fault.

use crate::rules::{Acknowledgement, Finding, SyntaxNote};
use crate::x12::Segment;

/// One status of a rejected claim: STC01-1, STC01-2, STC01-3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Status {
    /// `A3` returned, `A6` information missing, `A7` invalid, `A8` in contradiction.
    pub category: &'static str,
    /// What it is about: STC01-2.
    pub code: &'static str,
    /// Whose it is; empty where the status needs nobody.
    pub entity: &'static str,
}

/// A claim that was accepted.
pub(super) const ACCEPTED: Status = Status {
    category: "A2",
    code: "20",
    entity: "",
};

/// A claim that was received and waits, or a batch that was received.
pub(super) const RECEIVED: Status = Status {
    category: "A1",
    code: "19",
    entity: "40",
};

/// A claim rejected for one of its service lines, which says more.
pub(super) const LINE: Status = Status {
    category: "A3",
    code: "247",
    entity: "",
};

/// Statuses whose text speaks of an entity, which must be named.
const NEED_ENTITY: &[&str] = &[
    "19", "23", "24", "26", "88", "97", "109", "124", "125", "126", "127", "128", "135", "142",
    "143", "145", "148", "149", "153", "155", "157", "158", "159", "164", "183", "252", "480",
    "496", "500", "501", "502", "503", "504", "505", "516", "560", "562", "663", "733",
];

/// Segment, its qualifier in the first element (empty any), element (0 any) and component
/// (0 any) with the status of a fault there; the first that fits counts.
const SYNTAX: &[(&str, &str, u8, u8, &str)] = &[
    ("CLM", "", 1, 0, "478"),
    ("CLM", "", 2, 0, "178"),
    ("CLM", "", 5, 1, "249"),
    ("CLM", "", 5, 0, "535"),
    ("CLM", "", 6, 0, "117"),
    ("CLM", "", 7, 0, "589"),
    ("CLM", "", 8, 0, "360"),
    ("CLM", "", 10, 0, "468"),
    ("CLM", "", 11, 0, "633"),
    ("CLM", "", 20, 0, "555"),
    ("SV1", "", 1, 2, "454"),
    ("SV1", "", 1, 3, "453"),
    ("SV1", "", 1, 4, "453"),
    ("SV1", "", 1, 5, "453"),
    ("SV1", "", 1, 6, "453"),
    ("SV1", "", 1, 7, "306"),
    ("SV1", "", 1, 0, "454"),
    ("SV1", "", 2, 0, "583"),
    ("SV1", "", 3, 0, "659"),
    ("SV1", "", 4, 0, "476"),
    ("SV1", "", 5, 0, "249"),
    ("SV1", "", 7, 0, "477"),
    ("LX", "", 0, 0, "247"),
    ("HI", "", 1, 0, "254"),
    ("HI", "", 0, 0, "255"),
    ("DTP", "439", 0, 0, "727"),
    ("DTP", "431", 0, 0, "397"),
    ("DTP", "435", 0, 0, "189"),
    ("DTP", "096", 0, 0, "190"),
    ("DTP", "314", 0, 0, "195"),
    ("DTP", "360", 0, 0, "195"),
    ("DTP", "361", 0, 0, "195"),
    ("DTP", "455", 0, 0, "210"),
    ("DTP", "471", 0, 0, "214"),
    ("DTP", "573", 0, 0, "516"),
    ("DTP", "472", 0, 0, "187"),
    ("DMG", "", 2, 0, "158"),
    ("DMG", "", 3, 0, "157"),
    ("NM1", "", 3, 0, "504"),
    ("NM1", "", 4, 0, "505"),
    ("NM1", "", 5, 0, "125"),
    ("NM1", "", 6, 0, "125"),
    ("NM1", "", 7, 0, "125"),
    ("NM1", "", 8, 0, "153"),
    ("NM1", "", 9, 0, "153"),
    ("NM1", "", 0, 0, "124"),
    ("N3", "", 0, 0, "126"),
    ("N4", "", 1, 0, "502"),
    ("N4", "", 2, 0, "501"),
    ("N4", "", 3, 0, "500"),
    ("N4", "", 0, 0, "126"),
    ("PER", "", 0, 0, "127"),
    ("PRV", "", 0, 0, "145"),
    ("REF", "EI", 0, 0, "128"),
    ("REF", "SY", 0, 0, "128"),
    ("REF", "G2", 0, 0, "135"),
    ("REF", "0B", 0, 0, "142"),
    ("REF", "G1", 0, 0, "252"),
    ("REF", "9F", 0, 0, "252"),
    ("REF", "F8", 0, 0, "464"),
    ("REF", "X4", 0, 0, "544"),
    ("REF", "6R", 0, 0, "584"),
    ("REF", "XZ", 0, 0, "219"),
    ("REF", "9A", 0, 0, "702"),
    ("REF", "", 0, 0, "560"),
    ("SBR", "", 2, 0, "155"),
    ("SBR", "", 4, 0, "663"),
    ("SBR", "", 9, 0, "480"),
    ("SBR", "", 0, 0, "480"),
    ("PAT", "", 1, 0, "155"),
    ("PAT", "", 6, 0, "159"),
    ("AMT", "D", 0, 0, "183"),
    ("AMT", "F5", 0, 0, "183"),
    ("CAS", "", 1, 0, "696"),
    ("CAS", "", 0, 0, "519"),
    ("OI", "", 0, 0, "360"),
    ("SVD", "", 2, 0, "643"),
    ("SVD", "", 0, 0, "710"),
    ("PWK", "", 0, 0, "489"),
    ("CR1", "", 0, 0, "337"),
    ("CRC", "", 0, 0, "337"),
    ("LIN", "", 0, 0, "218"),
    ("CTP", "", 0, 0, "216"),
    ("LQ", "", 0, 0, "698"),
];

/// The format of the submission.
const FORMAT: &str = "481";

/// An identifier of an entity beside its first.
const SECONDARY_ID: &str = "560";

/// More service lines than a claim may have.
const TOO_MANY_LINES: (&str, &str, &str) = ("A3", "121", "");

/// What to say of a finding that rejects; `segment` is the segment it is told at.
pub(super) fn of(finding: &Finding, segment: &Segment<'_>) -> Status {
    let answer = finding.answer.unwrap_or(finding.rule.answer);
    let (loop_id, (category, status, entity)) = match (answer, finding.syntax) {
        (Acknowledgement::Claim(category, status, entity), _) => {
            (finding.loop_id, (category, status, entity))
        }
        (_, Some(note)) => {
            let loop_id = match note.missing_from {
                "" => finding.loop_id,
                other => other,
            };
            (loop_id, of_syntax(finding, note, loop_id, segment))
        }
        // A rule that is told to people only, made to reject by the configuration.
        _ => (finding.loop_id, ("A3", "732", "")),
    };
    Status {
        category,
        code: status,
        entity: whose(loop_id, status, entity),
    }
}

/// What to say of a fault of syntax in this loop.
fn of_syntax(
    finding: &Finding,
    note: SyntaxNote,
    loop_id: &str,
    segment: &Segment<'_>,
) -> (&'static str, &'static str, &'static str) {
    let spot = finding.spot;
    let (id, qualifier, element, component) = match note.missing {
        Some(id) => {
            // What the guide requires of these.
            let qualifier: &[u8] = match (id, loop_id) {
                ("REF", "2010AA") => b"EI",
                ("DTP", "2400") => b"472",
                _ => b"",
            };
            (id.as_bytes(), qualifier, 0, 0)
        }
        None => (
            segment.id(),
            segment.element(1),
            spot.element,
            spot.component,
        ),
    };
    if id == b"LX" && note.answer == Acknowledgement::Segment("4") {
        return TOO_MANY_LINES;
    }
    let row = SYNTAX.iter().find(|(of, kind, at, part, _)| {
        of.as_bytes() == id
            && (kind.is_empty() || kind.as_bytes() == qualifier)
            && (*at == 0 || *at == element)
            && (*part == 0 || *part == component)
    });
    // A number of the claim or a line is no identifier of an entity.
    let names_nobody = matches!(loop_id, "2300" | "2400");
    match row.map(|row| row.4) {
        None => ("A3", FORMAT, ""),
        Some(SECONDARY_ID) if names_nobody => ("A3", FORMAT, ""),
        Some(status) => {
            let missing = matches!(
                note.answer,
                Acknowledgement::Element("1" | "2") | Acknowledgement::Segment("3")
            );
            (if missing { "A6" } else { "A7" }, status, "")
        }
    }
}

/// The entity of the loop, where the status needs one or the rule names one.
fn whose(loop_id: &str, status: &str, named: &'static str) -> &'static str {
    let needed = NEED_ENTITY.contains(&status);
    if !needed && named.is_empty() {
        return "";
    }
    match loop_id {
        "2000A" | "2010AA" => "85",
        "2010AB" | "2010AC" => "87",
        "2000B" | "2320" if status == "480" => "PR",
        "2300" | "2400" if status == "183" => "QC",
        "2320" | "2430" if matches!(status, "183" | "516") => "PR",
        "2000B" | "2010BA" | "2330A" => "IL",
        "2010BB" | "2330B" => "PR",
        "2000C" | "2010CA" => "QC",
        "2310A" | "2330C" | "2420F" => "DN",
        "2310B" | "2330D" | "2420A" => "82",
        "2310C" | "2330E" | "2420C" => "77",
        "2310D" | "2330F" | "2420D" => "DQ",
        "2420B" => "QB",
        "2420E" => "DK",
        _ if named.is_empty() => "85",
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry::find;
    use crate::rules::{Spot, SyntaxNote};
    use crate::value::Severity;
    use crate::x12::{Delimiters, Tokens};

    fn finding(code: &str, loop_id: &'static str, spot: Spot) -> Finding {
        Finding {
            rule: find(code).unwrap(),
            severity: Severity::Reject,
            unchecked: false,
            loop_id,
            service_line: None,
            spot,
            message: String::new(),
            help: String::new(),
            cited: None,
            fix: None,
            syntax: None,
            answer: None,
        }
    }

    fn told(finding: &Finding, segment: &[u8]) -> String {
        let mut tokens = Tokens::default();
        tokens.fill(segment, Delimiters::USUAL);
        let status = of(finding, &tokens.segment(segment, 0));
        format!("{}:{}:{}", status.category, status.code, status.entity)
    }

    #[test]
    fn the_loop_says_whose_npi_it_is() {
        let spot = Spot::element(0, 9);
        for (loop_id, answer) in [
            ("2010AA", "A7:562:85"),
            ("2310B", "A7:562:82"),
            ("2420D", "A7:562:DQ"),
        ] {
            assert_eq!(told(&finding("COD001", loop_id, spot), b"NM1~"), answer);
        }
    }

    #[test]
    fn a_fault_of_syntax_is_told_by_its_element() {
        let note = |answer, missing| {
            Some(SyntaxNote {
                answer,
                missing,
                missing_from: "",
                data_element: 0,
                unread: false,
            })
        };
        let mut fault = finding("SYN005", "2300", Spot::component(0, 5, 3));
        fault.syntax = note(Acknowledgement::Element("1"), None);
        assert_eq!(told(&fault, b"CLM~"), "A6:535:");
        fault.syntax = note(Acknowledgement::Segment("3"), Some("HI"));
        assert_eq!(told(&fault, b"CLM~"), "A6:255:");
        fault.syntax = note(Acknowledgement::Segment("1"), None);
        assert_eq!(told(&fault, b"ZZZ~"), "A3:481:");
        for (loop_id, segment, answer) in [
            ("2400", &b"REF*6R*1~"[..], "A7:584:"),
            ("2300", b"REF*G1*1~", "A7:252:85"),
            ("2300", b"REF*F8*1~", "A7:464:"),
            ("2300", b"REF*X4*1~", "A7:544:"),
            ("2300", b"REF*EA*1~", "A3:481:"),
            ("2310B", b"REF*1G*1~", "A7:560:82"),
            ("2010AA", b"REF*EI*1~", "A7:128:85"),
            ("2300", b"DTP*439*D8*1~", "A7:727:"),
            ("2300", b"DTP*431*D8*1~", "A7:397:"),
            ("2300", b"DTP*435*D8*1~", "A7:189:"),
            ("2400", b"DTP*472*D8*1~", "A7:187:"),
            ("2330B", b"DTP*573*D8*1~", "A7:516:PR"),
            ("2300", b"AMT*F5*1X~", "A7:183:QC"),
            ("2320", b"AMT*D*1X~", "A7:183:PR"),
            ("2400", b"LX*A~", "A7:247:"),
        ] {
            let mut fault = finding("SYN009", loop_id, Spot::element(0, 2));
            fault.syntax = note(Acknowledgement::Element("8"), None);
            assert_eq!(told(&fault, segment), answer, "{loop_id}");
        }
        for (loop_id, missing, from, answer) in [
            ("2000B", "NM1", "2010BB", "A6:124:PR"),
            ("2300", "LX", "2400", "A6:247:"),
            ("2010AA", "REF", "", "A6:128:85"),
            ("2400", "DTP", "", "A6:187:"),
        ] {
            let mut fault = finding("SYN003", loop_id, Spot::segment(0));
            fault.syntax = note(Acknowledgement::Segment("3"), Some(missing));
            fault.syntax.as_mut().unwrap().missing_from = from;
            assert_eq!(told(&fault, b"SBR*P~"), answer, "{loop_id}");
        }
        let mut lines = finding("SYN015", "2300", Spot::segment(0));
        lines.syntax = note(Acknowledgement::Segment("4"), None);
        assert_eq!(told(&lines, b"LX*51~"), "A3:121:");
        let mut name = finding("SYN006", "2010BA", Spot::element(0, 3));
        name.syntax = note(Acknowledgement::Element("5"), None);
        assert_eq!(told(&name, b"NM1~"), "A7:504:IL");
    }
}
