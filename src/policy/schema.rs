//! The policy file format: every table and every key, as serde reads them.
//!
//! All rows have `from`, `source` and `confidence`, and may have `through`,
//! `severity`, `note` and `gap_before`. A key that is left out means "not
//! verified"; an empty list means "known to be none". Nothing here interprets:
//! that is [`compile`](super::compile)'s work.

use serde::Deserialize;

use crate::value::{Confidence, Modifier, PlaceOfService, Procedure, Severity, State};

use super::facts::{ClaimRule, CodeStatus, CommunicationKind, PairStart, Program, TherapyClass};
use super::words::{Code, Day, ProcedurePair};

/// The keys at the top of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// What the policy is called everywhere: `medicare`, `medicaid/TX`, `commercial/acme`.
    pub(super) key: String,
    pub(super) program: Program,
    /// State, or `US`.
    pub(super) jurisdiction: String,
    /// The program's own name.
    pub(super) name: String,
    /// Who publishes the billing policy.
    pub(super) publisher: String,
    /// Payer ids (NM109 of loop 2010BB) this policy governs.
    #[serde(default)]
    pub(super) payer_ids: Vec<String>,
    /// Key of a built-in policy whose tables hold wherever this file has none of the kind, or
    /// none on telehealth.
    pub(super) extends: Option<String>,
    /// The disciplines (GP, GO, GN) its telehealth rows speak of; left out: GP alone.
    pub(super) disciplines: Option<Vec<Code<Modifier>>>,
    /// The day up to which facts were gathered.
    pub(super) as_of: Option<Day>,
    /// Two or three sentences for people.
    pub(super) summary: Option<String>,
}

/// The keys of [`Header`], to tell a header key from a table.
pub(super) const HEADER_KEYS: [&str; 10] = [
    "key",
    "program",
    "jurisdiction",
    "name",
    "publisher",
    "payer_ids",
    "extends",
    "disciplines",
    "as_of",
    "summary",
];

/// An entry of `[sources]`.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    pub(super) title: Option<String>,
    pub(super) publisher: String,
    pub(super) url: String,
    pub(super) dated: Option<String>,
}

/// What every row says of itself.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) from: Day,
    pub(super) through: Option<Day>,
    pub(super) source: Vec<String>,
    pub(super) confidence: Confidence,
    pub(super) severity: Option<Severity>,
    pub(super) note: Option<String>,
    pub(super) gap_before: Option<String>,
}

/// Declares the rows of the format: a struct each, the kinds' names, and the one
/// place that reads a row of a kind.
macro_rules! rows {
    ($($(#[$doc:meta])* $kind:ident $name:literal { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Deserialize, Debug)]
            #[serde(deny_unknown_fields)]
            #[allow(clippy::struct_field_names, reason = "fields are named as in the file")]
            pub(super) struct $kind {
                $($(#[$meta])* pub(super) $field: $type,)*
                from: Day,
                through: Option<Day>,
                source: Vec<String>,
                confidence: Confidence,
                severity: Option<Severity>,
                note: Option<String>,
                gap_before: Option<String>,
            }
        )*

        /// The tables a policy file can hold.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of the format.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];

            /// The table's name in a file: `[[name]]`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$kind => $name,)* }
            }

            pub(super) fn from_name(name: &str) -> Option<Kind> {
                match name { $($name => Some(Kind::$kind),)* _ => None }
            }
        }

        /// A row of some kind.
        #[derive(Debug)]
        pub(super) enum Body {
            $($kind($kind),)*
        }

        /// Reads one row of a kind.
        pub(super) fn read_row<'de, D: serde::Deserializer<'de>>(
            kind: Kind,
            deserializer: D,
        ) -> Result<(Common, Body), D::Error> {
            match kind {
                $(Kind::$kind => {
                    let mut row = $kind::deserialize(deserializer)?;
                    let common = Common {
                        from: row.from,
                        through: row.through,
                        source: std::mem::take(&mut row.source),
                        confidence: row.confidence,
                        severity: row.severity,
                        note: row.note.take(),
                        gap_before: row.gap_before.take(),
                    };
                    Ok((common, Body::$kind(row)))
                })*
            }
        }
    };
}

type Codes = Vec<Code<Procedure>>;
type Modifiers = Vec<Code<Modifier>>;
type Places = Vec<Code<PlaceOfService>>;

rows! {
    /// A stretch of dates and what telehealth is during it.
    Telehealth "telehealth" {
        pt_telehealth: CoverageWord,
        codes_mode: Option<CodesMode>,
        codes: Option<Codes>,
        codes_excluded: Option<Codes>,
        /// Caps the finding that a code is missing from `codes`, and that one only.
        codes_severity: Option<Severity>,
        pos: Option<Places>,
        pos_rule: Option<PosRule>,
        /// Places the sources neither take nor refuse: a finding on one only warns.
        pos_doubtful: Option<Places>,
        /// Caps findings about the place of service only.
        pos_severity: Option<Severity>,
        modifiers_any_of: Option<Modifiers>,
        modifiers_all_of: Option<Modifiers>,
        modifiers_not_allowed: Option<Modifiers>,
        /// Caps findings about modifiers only.
        modifiers_severity: Option<Severity>,
        audio_only: Option<PermissionWord>,
        audio_only_modifiers: Option<Modifiers>,
        store_and_forward: Option<PermissionWord>,
        store_and_forward_modifiers: Option<Modifiers>,
        home_as_originating_site: Option<PermissionWord>,
        pta: Option<PermissionWord>,
        consent_documented: Option<Demand>,
        established_patient_only: Option<YesNo>,
    }
    /// Codes and whether they are on the payer's telehealth list.
    CodeOnList "code" {
        codes: Codes,
        on_list: YesNo,
        audio_only: Option<PermissionWord>,
    }
    /// What a modifier must, may or may not do on a telehealth line.
    ModifierRule "modifier" {
        modifiers: Modifiers,
        rule: ModifierWord,
        /// With `required`: on which lines. Left out: live video.
        channel: Option<Channel>,
        /// With `only_with_pos`: those places.
        pos: Option<Places>,
        /// With `refused`: where it is taken all the same.
        except_states: Option<Vec<Code<State>>>,
    }
    /// Which place of service a telehealth line carries, apart from its period.
    Place "place" {
        pos_rule: PosRule,
        pos: Option<Places>,
    }
    /// Communication-technology services.
    CommunicationService "communication" {
        codes: Codes,
        kind: CommunicationKind,
        telehealth: YesNo,
        therapist_may_bill: YesNo,
        assistant_modifier: Option<YesNo>,
    }
    /// Services that need hands, water or a machine where the patient is.
    HandsOn "hands_on" {
        codes: Codes,
    }
    /// Always and sometimes therapy codes and their discipline modifiers.
    TherapyModifier "therapy_modifier" {
        codes: Codes,
        class: TherapyClass,
        modifiers_any_of: Modifiers,
        pt_modifier: Option<Code<Modifier>>,
    }
    /// The assistant's modifier.
    AssistantRule "assistant" {
        modifier: Code<Modifier>,
        rule: AssistantWord,
        with: Option<Code<Modifier>>,
        never_with: Option<Modifiers>,
        pay_percent: Option<u8>,
        codes: Option<Codes>,
    }
    /// Medically unlikely edits.
    MueLimit "mue" {
        codes: Codes,
        units: u16,
        mai: u8,
    }
    /// Procedure pairs in force.
    Ncci "ncci_pair" {
        pairs: Vec<Code<ProcedurePair>>,
        indicator: u8,
        effective_basis: Option<PairStart>,
    }
    /// Procedure pairs that were withdrawn, so that nobody needs to wonder.
    NcciWithdrawn "ncci_withdrawn" {
        pairs: Vec<Code<ProcedurePair>>,
    }
    /// Modifiers that say the services of a pair were distinct.
    NcciBypass "ncci_bypass" {
        modifiers: Modifiers,
    }
    /// Codes billed in units of time.
    Timed "timed" {
        codes: Codes,
        minutes_per_unit: u16,
    }
    /// Codes billed once a day whatever the time.
    OneUnit "one_unit" {
        codes: Codes,
    }
    /// Codes that came or went; `from` is the first day they were there or gone.
    Life "code_life" {
        codes: Codes,
        event: LifeEvent,
        use_instead: Option<Codes>,
    }
    /// Codes the fee schedule treats in some special way.
    StatusRow "code_status" {
        codes: Codes,
        status: CodeStatus,
        use_instead: Option<Codes>,
    }
    /// The yearly amounts past which KX is needed, in whole dollars.
    Kx "kx_threshold" {
        pt_slp_usd: u32,
        ot_usd: u32,
    }
    /// How long a line may be filed.
    TimelyFiling "timely_filing" {
        /// Counted in calendar years: 1 is the only one there is.
        years: Option<u8>,
        days: Option<u16>,
    }
    /// Frequency codes (CLM05-3) the payer takes.
    Frequency "frequency" {
        taken: Vec<String>,
    }
    /// How the certifying provider is named.
    Certifying "certifying_provider" {
        qualifier: String,
    }
    /// Taxonomy codes of rendering therapists, by how they begin.
    Rendering "rendering_taxonomy" {
        begins_with: Vec<String>,
        standing: RenderingWord,
    }
    /// Codes that need another one beside them.
    AddOn "add_on" {
        codes: Codes,
        base: Codes,
    }
    /// A rule about whole lines or claims.
    ClaimRuleRow "claim_rule" {
        rule: ClaimRule,
    }
}

impl Kind {
    /// Whether its rows are about telehealth.
    pub(super) fn is_about_telehealth(self) -> bool {
        matches!(
            self,
            Kind::Telehealth
                | Kind::CodeOnList
                | Kind::ModifierRule
                | Kind::Place
                | Kind::CommunicationService
                | Kind::HandsOn
        )
    }

    /// Whether its rows say what telehealth is to the payer: with rows of its own on that, a
    /// file takes none of these from the policy it extends. What a communication service is, and
    /// that it is counted by the month, is the code's and not the payer's.
    pub(super) fn is_the_payers_telehealth(self) -> bool {
        self.is_about_telehealth() && self != Kind::CommunicationService
    }
}

/// Declares enums of words, each lower case with underscores.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:ident),* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
            #[serde(rename_all = "snake_case")]
            pub(super) enum $name { $($word),* }
        )*
    };
}

words! {
    /// `pt_telehealth`
    CoverageWord { Covered, Limited, NotCovered, Unknown }
    /// `codes_mode`: how the period's codes are to be read. `code_rows` leaves
    /// every code to `[[code]]` and knows nothing of one without a row.
    CodesMode { List, SameAsInPerson, CodeRows, Unknown }
    /// `pos_rule`
    PosRule { Required, InPersonPos, Unspecified, Unknown }
    /// Permissions
    PermissionWord { Allowed, Limited, NotAllowed, Unknown }
    /// `consent_documented`
    Demand { Required, NotRequired, Unknown }
    /// Plain questions
    YesNo { Yes, No, Unknown }
    /// `rule` of `[[modifier]]`
    ModifierWord { Required, Refused, OnlyWithPos, NotTogether }
    /// `channel` of `[[modifier]]`
    Channel { Video, AudioOnly, StoreAndForward }
    /// `rule` of `[[assistant]]`
    AssistantWord { Pairing, Unlikely, NotApplicable }
    /// `event` of `[[code_life]]`
    LifeEvent { Added, Deleted }
    /// `standing` of `[[rendering_taxonomy]]`
    RenderingWord { Fits, Never }
}

impl YesNo {
    pub(super) fn known(self) -> Option<bool> {
        match self {
            YesNo::Yes => Some(true),
            YesNo::No => Some(false),
            YesNo::Unknown => None,
        }
    }
}
