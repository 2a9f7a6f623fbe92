//! The faults that can be planted, and the rule that has to catch each.

use super::scene::{self, Scene};

/// What part of a file a fault spoils.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// One claim and no other.
    Claim,
    /// A transaction set, group or interchange with all claims inside.
    Envelope,
}

macro_rules! faults {
    ($($(#[$doc:meta])+ $variant:ident $name:literal $rule:literal $level:ident $scene:expr;)+) => {
        /// A fault that can be planted in a file that is clean otherwise.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum Fault {
            $($(#[$doc])+ $variant,)+
        }

        static ALL: &[Fault] = &[$(Fault::$variant),+];

        impl Fault {
            /// Its name in kebab case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Fault::$variant => $name,)+ }
            }

            /// The code of the rule that must catch it.
            #[must_use]
            pub fn rule(self) -> &'static str {
                match self { $(Fault::$variant => $rule,)+ }
            }

            /// What part of a file it spoils.
            #[must_use]
            pub fn level(self) -> Level {
                match self { $(Fault::$variant => Level::$level,)+ }
            }

            /// The kind of claim it needs.
            pub(super) fn scene(self) -> Scene {
                match self { $(Fault::$variant => $scene,)+ }
            }
        }
    };
}

faults! {
    /// The rendering provider's NPI has a wrong check digit.
    NpiCheckDigit "npi-check-digit" "COD001" Claim scene::ANY;
    /// The rendering provider has no NPI.
    RenderingNpiMissing "rendering-npi-missing" "COD002" Claim scene::ANY;
    /// The claim's charge is not the sum of its lines.
    ChargesDoNotBalance "charges-do-not-balance" "BAL001" Claim scene::ANY;
    /// The other payer's payment and adjustments miss the claim's charge.
    OtherPayerDoesNotBalance "other-payer-does-not-balance" "BAL002" Claim scene::OTHER_PAYER_CLAIM;
    /// A line's payment and adjustments by the other payer miss its charge.
    LineAdjudicationDoesNotBalance "line-adjudication-does-not-balance" "BAL003" Claim scene::OTHER_PAYER_LINES;
    /// A line's charge is negative.
    NegativeCharge "negative-charge" "BAL004" Claim scene::ANY;
    /// A line's charge has three decimals.
    ThreeDecimals "three-decimals" "BAL004" Claim scene::ANY;
    /// The subscriber lives in a state that does not exist.
    StateUnknown "state-unknown" "COD003" Claim scene::ANY;
    /// The place of service is a code that does not exist.
    PlaceOfServiceUnknown "place-of-service-unknown" "COD004" Claim scene::IN_PERSON;
    /// Place of service 10 on a day before it existed.
    HomeTelehealthPlaceTooEarly "pos-10-before-2022" "COD004" Claim scene::COMMERCIAL_BEFORE_2022;
    /// A procedure code of four characters.
    ProcedureMalformed "procedure-malformed" "COD005" Claim scene::ANY;
    /// A modifier that does not exist.
    ModifierUnknown "modifier-unknown" "COD006" Claim scene::ANY;
    /// The same modifier twice on a line.
    ModifierTwice "modifier-twice" "COD006" Claim scene::ANY;
    /// A diagnosis that is a heading, not a billable code.
    DiagnosisNotBillable "diagnosis-not-billable" "COD007" Claim scene::ANY;
    /// A line points to a diagnosis that is not there.
    DiagnosisPointerDangling "diagnosis-pointer-dangling" "COD008" Claim scene::ANY;
    /// The rendering provider's taxonomy code does not exist.
    TaxonomyUnknown "taxonomy-unknown" "COD009" Claim scene::ANY;
    /// The service lies in the future.
    ServiceInFuture "service-in-future" "COD010" Claim scene::IN_PERSON;
    /// The patient is born after the service.
    BirthAfterService "birth-after-service" "COD010" Claim scene::ANY;
    /// A replacement claim without the payer's number of the original.
    ReplacementWithoutOriginal "replacement-without-original" "COD011" Claim scene::COMMERCIAL;
    /// A Medicare claim later than a year after the service.
    FiledTooLate "filed-too-late" "COD012" Claim scene::MEDICARE_PAST_FILING;
    /// A Medicare beneficiary identifier with a letter it cannot hold.
    MemberIdMalformed "member-id-malformed" "COD013" Claim scene::MEDICARE;
    /// Two payers that are both the first.
    TwoPrimaryPayers "two-primary-payers" "COD014" Claim scene::OTHER_PAYER_CLAIM;
    /// An accident without its date.
    AccidentUndated "accident-undated" "COD015" Claim scene::ANY;
    /// A patient who is the subscriber, without birth date and sex.
    SubscriberBirthMissing "subscriber-birth-missing" "COD016" Claim scene::ANY;
    /// Medicare as the second payer, and no reason why.
    SecondaryReasonMissing "secondary-reason-missing" "COD017" Claim scene::MEDICARE_AFTER_ANOTHER;
    /// A line judged by a payer that the claim does not name.
    LinePayerNotNamed "line-payer-not-named" "COD018" Claim scene::OTHER_PAYER_LINES;
    /// A therapy line without GP.
    TherapyModifierMissing "therapy-modifier-missing" "PTT001" Claim scene::MEDICARE;
    /// A therapy line with GP and GO.
    TherapyModifiersTwo "therapy-modifiers-two" "PTT001" Claim scene::MEDICARE;
    /// The occupational assistant's modifier on a physical therapy line.
    AssistantModifierMismatch "assistant-modifier-mismatch" "PTT002" Claim scene::MEDICARE_IN_PERSON;
    /// A line with no units.
    UnitsZero "units-zero" "PTT003" Claim scene::MEDICARE;
    /// More units than the practitioner MUE takes.
    UnitsOverLimit "units-over-limit" "PTT003" Claim scene::MEDICARE_SINCE_JULY_2024;
    /// An evaluation billed twice over.
    EvaluationUnits "evaluation-units" "PTT004" Claim scene::MEDICARE_IN_PERSON;
    /// Group therapy with exercise on one date without a modifier that tells
    /// them apart.
    NcciPair "ncci-pair" "PTT005" Claim scene::MEDICARE_IN_PERSON_SINCE_OCTOBER_2020;
    /// Two evaluations on one date.
    TwoEvaluations "two-evaluations" "PTT006" Claim scene::MEDICARE_IN_PERSON;
    /// A Medicare claim without the certifying physician.
    CertifierMissing "certifier-missing" "PTT007" Claim scene::MEDICARE;
    /// A physical therapist assistant as rendering provider.
    AssistantRenders "assistant-renders" "PTT008" Claim scene::MEDICARE_IN_PERSON;
    /// A procedure code that ended with 2016.
    ProcedureRetired "procedure-retired" "PTT010" Claim scene::MEDICARE_IN_PERSON;
    /// A timed line over two dates of service; it only warns.
    LineSpansDates "line-spans-dates" "PTT011" Claim scene::MEDICARE_SINCE_MAY_2021;
    /// An add-on code by itself.
    AddOnAlone "add-on-alone" "PTT012" Claim scene::MEDICARE_SINCE_JULY_2024;
    /// A code for which Medicare takes another.
    CodeNotTaken "code-not-taken" "PTT013" Claim scene::MEDICARE_IN_PERSON;
    /// The physicians' code for a review of images, billed by a therapist.
    PhysiciansCode "physicians-code" "PTT014" Claim scene::MEDICARE_SINCE_MAY_2021;
    /// Medicare telehealth on a day its law no longer reaches.
    TelehealthNotCovered "telehealth-not-covered" "TEL101" Claim scene::MEDICARE_SINCE_2028;
    /// A code by telehealth that is not on the Medicare list.
    TelehealthCodeNotListed "telehealth-code-not-listed" "TEL102" Claim scene::MEDICARE_REMOTE;
    /// Telehealth at home before the state took that place of service.
    TelehealthHomeTooEarly "telehealth-home-too-early" "TEL103" Claim scene::CALIFORNIA_REMOTE_2022;
    /// Medicare telehealth from 2024 on at an office's place of service.
    TelehealthAtOffice "telehealth-at-office" "TEL107" Claim scene::MEDICARE_REMOTE_SINCE_2024;
    /// A Medicaid telehealth line without the modifier its state wants.
    TelehealthModifierMissing "telehealth-modifier-missing" "TEL104" Claim scene::MEDICAID_REMOTE;
    /// GT on a professional Medicare claim.
    GtNotTaken "gt-not-taken" "TEL105" Claim scene::MEDICARE_REMOTE;
    /// 95 and GT on one line.
    VideoModifiersTwo "video-modifiers-two" "TEL106" Claim scene::MEDICARE_REMOTE;
    /// 95 and 93, video and audio-only, on one line.
    VideoAndAudioOnly "video-and-audio-only" "TEL106" Claim scene::MEDICARE_REMOTE_SINCE_2025;
    /// Audio-only where the state does not allow it.
    AudioOnlyNotAllowed "audio-only-not-allowed" "TEL108" Claim scene::TEXAS_REMOTE;
    /// Store-and-forward where only a demonstration has it.
    StoreAndForward "store-and-forward" "TEL109" Claim scene::MEDICARE_REMOTE;
    /// Manual therapy by telehealth.
    HandsOnByTelehealth "hands-on-by-telehealth" "TEL110" Claim scene::MEDICARE_REMOTE;
    /// An e-visit billed as telehealth.
    CommunicationServiceAsTelehealth "communication-service-as-telehealth" "TEL113" Claim scene::MEDICARE_REMOTE_SINCE_2024;
    /// Lines of one visit at two telehealth places.
    VisitAtTwoPlaces "visit-at-two-places" "TEL114" Claim scene::MEDICARE_REMOTE_SINCE_2024;
    /// The claim before it once more, under another identifier.
    ClaimTwice "claim-twice" "DUP001" Claim scene::ANY;
    /// The same line twice.
    LineTwice "line-twice" "DUP002" Claim scene::MEDICARE_IN_PERSON;
    /// A segment nobody knows.
    SegmentUnknown "segment-unknown" "SYN001" Claim scene::ANY;
    /// No diagnosis segment.
    DiagnosisMissing "diagnosis-missing" "SYN002" Claim scene::ANY;
    /// A line without its service segment.
    ServiceMissing "service-missing" "SYN002" Claim scene::ANY;
    /// A line without its date of service.
    ServiceDateMissing "service-date-missing" "SYN002" Claim scene::IN_PERSON;
    /// No payer loop.
    PayerLoopMissing "payer-loop-missing" "SYN003" Claim scene::IN_PERSON;
    /// The patient's payment twice.
    AmountRepeated "amount-repeated" "SYN004" Claim scene::ANY;
    /// CLM07, which is required, is empty.
    AssignmentMissing "assignment-missing" "SYN005" Claim scene::ANY;
    /// CLM03, which the guide does not use, is filled.
    ElementNotUsed "element-not-used" "SYN006" Claim scene::ANY;
    /// LX has an element too many.
    ElementsTooMany "elements-too-many" "SYN007" Claim scene::ANY;
    /// CLM01 is longer than 38 characters.
    ClaimIdTooLong "claim-id-too-long" "SYN008" Claim scene::ANY;
    /// The units are no number.
    UnitsNotNumeric "units-not-numeric" "SYN009" Claim scene::ANY;
    /// CLM06 is neither Y nor N.
    SignatureCodeUnknown "signature-code-unknown" "SYN010" Claim scene::ANY;
    /// The 31st of February.
    DateImpossible "date-impossible" "SYN011" Claim scene::ANY;
    /// NM108 of the rendering provider without NM109.
    QualifierWithoutId "qualifier-without-id" "SYN012" Claim scene::ANY;
    /// HL02 names a parent that does not exist.
    ParentUnknown "parent-unknown" "SYN013" Claim scene::ANY;
    /// A control character in the subscriber's name.
    ControlCharacter "control-character" "SYN014" Claim scene::ANY;
    /// The last line's LX jumps.
    LineNumberJumps "line-number-jumps" "SYN015" Claim scene::ANY;
    /// The last ISA is one blank short.
    InterchangeHeaderShort "interchange-header-short" "ENV002" Envelope scene::ANY;
    /// A segment between the first GS and its first ST.
    SegmentOutsideSet "segment-outside-set" "ENV008" Envelope scene::ANY;
    /// SE01 of the last set is one too high.
    SetCountWrong "set-count-wrong" "ENV005" Envelope scene::ANY;
    /// SE02 of the first set is not its ST02.
    SetControlMismatch "set-control-mismatch" "ENV004" Envelope scene::ANY;
    /// The second set has the control number of the first.
    SetControlRepeated "set-control-repeated" "ENV007" Envelope scene::ANY;
    /// GE01 of the last group is one too high.
    GroupCountWrong "group-count-wrong" "ENV005" Envelope scene::ANY;
    /// GS08 of the first group names another version.
    VersionOther "version-other" "ENV006" Envelope scene::ANY;
    /// IEA02 of the first interchange is not its ISA13.
    InterchangeControlMismatch "interchange-control-mismatch" "ENV004" Envelope scene::ANY;
    /// The last interchange has no trailer.
    InterchangeTrailerMissing "interchange-trailer-missing" "ENV003" Envelope scene::ANY;
}

impl Fault {
    /// Every fault.
    #[must_use]
    pub fn all() -> &'static [Fault] {
        ALL
    }

    /// The faults that spoil one claim only.
    pub fn claim_level() -> impl Iterator<Item = Fault> {
        ALL.iter()
            .copied()
            .filter(|fault| fault.level() == Level::Claim)
    }

    /// The fault of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Fault> {
        ALL.iter().copied().find(|fault| fault.name() == name)
    }

    /// Its place in [`Fault::all`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_own_name_and_a_rule() {
        for (index, fault) in Fault::all().iter().enumerate() {
            assert_eq!(fault.index(), index);
            assert_eq!(Fault::named(fault.name()), Some(*fault));
            let (family, number) = fault.rule().split_at(3);
            assert!(family.bytes().all(|byte| byte.is_ascii_uppercase()));
            assert!(number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(
                fault
                    .name()
                    .bytes()
                    .all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
            );
        }
    }
}
