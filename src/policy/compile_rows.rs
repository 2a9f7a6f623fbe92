//! What each kind of row becomes in the tables.

use super::dated::{Entry, modifier_pair_key, pair_key, procedure_key};
use super::edits::{AssistantFact, TherapyFact};
use super::facts::{
    AssistantDoubt, CodeStanding, Communication, Coverage, FilingLimit, KxThreshold, Mue, MuePer,
    NcciPair, Permission, RenderingStanding,
};
use super::placing::{Compiler, Placing};
use super::schema::{
    AssistantRule, AssistantWord, Body, Channel, CodeOnList, CodesMode, CoverageWord, Demand,
    Frequency, LifeEvent, ModifierRule, ModifierWord, MueLimit, Ncci, PermissionWord, PosRule,
    Rendering, RenderingWord, Telehealth, TimelyFiling, YesNo,
};
use super::tables::{CodeAudio, CodeFact, Period, Place};
use super::words::{Code, bare, bare_modifiers};
use crate::value::{Cents, PlaceOfService, Procedure};

/// Checks a row against itself and files its facts.
pub(super) fn place_row(to: &mut Compiler, at: &Placing<'_>, body: &Body) {
    match body {
        Body::Telehealth(row) => telehealth(to, at, row),
        Body::CodeOnList(row) => code_on_list(to, at, row),
        Body::ModifierRule(row) => modifier(to, at, row),
        Body::Place(row) => {
            if let Some(place) = place(to, at, Some(row.pos_rule), row.pos.as_deref()) {
                at.put(&mut to.policy.places, (), place);
            }
        }
        Body::CommunicationService(row) => {
            let service = Communication {
                kind: row.kind,
                telehealth: row.telehealth.known(),
                therapist_may_bill: row.therapist_may_bill.known(),
                assistant_modifier: row.assistant_modifier.and_then(YesNo::known),
            };
            at.put_codes(&mut to.policy.communication, &row.codes, &service);
        }
        Body::HandsOn(row) => at.put_codes(&mut to.policy.hands_on, &row.codes, &()),
        Body::TherapyModifier(row) => {
            for code in &row.codes {
                let fact = TherapyFact {
                    class: row.class,
                    any_of: bare(&row.modifiers_any_of),
                    pt_modifier: row.pt_modifier.map(|code| code.0),
                };
                at.put(&mut to.policy.edits.therapy, procedure_key(code.0), fact);
            }
        }
        Body::AssistantRule(row) => assistant(to, at, row),
        Body::MueLimit(row) => mue(to, at, row),
        Body::Ncci(row) => ncci(to, at, row),
        Body::NcciWithdrawn(row) => {
            for pair in &row.pairs {
                let key = pair_key(pair.0.0, pair.0.1);
                at.put(&mut to.policy.edits.withdrawn, key, ());
            }
        }
        Body::NcciBypass(row) => at.put(&mut to.policy.edits.bypass, (), bare(&row.modifiers)),
        Body::Timed(row) => {
            at.put_codes(
                &mut to.policy.edits.timed,
                &row.codes,
                &row.minutes_per_unit,
            );
        }
        Body::OneUnit(row) => at.put_codes(&mut to.policy.edits.one_unit, &row.codes, &()),
        Body::Life(row) => match row.event {
            LifeEvent::Added => at.put_codes(&mut to.policy.edits.added, &row.codes, &()),
            LifeEvent::Deleted => at.put_codes(
                &mut to.policy.edits.deleted,
                &row.codes,
                &procedures(row.use_instead.as_ref()),
            ),
        },
        Body::StatusRow(row) => at.put_codes(
            &mut to.policy.edits.status,
            &row.codes,
            &(row.status, procedures(row.use_instead.as_ref())),
        ),
        Body::Kx(row) => {
            let cents = |dollars: u32| Cents(i64::from(dollars) * 100);
            let threshold = KxThreshold {
                pt_slp: cents(row.pt_slp_usd),
                ot: cents(row.ot_usd),
            };
            at.put(&mut to.policy.edits.kx, (), threshold);
        }
        Body::TimelyFiling(row) => timely_filing(to, at, row),
        Body::Frequency(row) => frequency(to, at, row),
        Body::Certifying(row) => {
            at.put(&mut to.policy.edits.certifying, (), row.qualifier.clone());
        }
        Body::Rendering(row) => rendering(to, at, row),
        Body::AddOn(row) => {
            at.put_codes(&mut to.policy.edits.add_on, &row.codes, &bare(&row.base));
        }
        Body::ClaimRuleRow(row) => at.put(&mut to.policy.edits.claim_rules, row.rule, ()),
    }
}

fn code_on_list(to: &mut Compiler, at: &Placing<'_>, row: &CodeOnList) {
    let standing = row.on_list.known().map(|listed| {
        if listed {
            CodeStanding::Listed
        } else {
            CodeStanding::NotListed
        }
    });
    for code in &row.codes {
        let fact = CodeFact {
            standing,
            audio_only: row.audio_only.map_or(CodeAudio::Silent, |word| {
                permission(word).map_or(CodeAudio::Unknown, CodeAudio::Known)
            }),
        };
        at.put(&mut to.policy.codes, procedure_key(code.0), fact);
    }
}

fn mue(to: &mut Compiler, at: &Placing<'_>, row: &MueLimit) {
    let per = match row.mai {
        1 => MuePer::Line,
        2 => MuePer::DayByPolicy,
        3 => MuePer::DayClinical,
        _ => return to.contradiction(at, "`mai` is 1, 2 or 3"),
    };
    let mue = Mue {
        units: row.units,
        per,
    };
    at.put_codes(&mut to.policy.edits.mue, &row.codes, &mue);
}

fn ncci(to: &mut Compiler, at: &Placing<'_>, row: &Ncci) {
    if row.indicator > 1 {
        return to.contradiction(
            at,
            "`indicator` is 0 or 1; a deleted pair is [[ncci_withdrawn]]",
        );
    }
    for pair in &row.pairs {
        let (column1, column2) = (pair.0.0, pair.0.1);
        let fact = NcciPair {
            column1,
            column2,
            modifier_allowed: row.indicator == 1,
            start: row.effective_basis.unwrap_or_default(),
        };
        at.put(&mut to.policy.edits.pairs, pair_key(column1, column2), fact);
    }
}

fn timely_filing(to: &mut Compiler, at: &Placing<'_>, row: &TimelyFiling) {
    let limit = match (row.years, row.days) {
        (Some(1), None) => FilingLimit::OneYear,
        (None, Some(days)) => FilingLimit::Days(days),
        _ => return to.contradiction(at, "give `years = 1` or `days`, not both"),
    };
    at.put(&mut to.policy.edits.filing, (), limit);
}

fn frequency(to: &mut Compiler, at: &Placing<'_>, row: &Frequency) {
    let code = |text: &String| match text.as_bytes() {
        [code @ (b'1' | b'6' | b'7' | b'8')] => Some(*code),
        _ => None,
    };
    match row.taken.iter().map(code).collect::<Option<Box<[u8]>>>() {
        Some(taken) if !taken.is_empty() => {
            at.put(&mut to.policy.edits.frequency, (), taken);
        }
        _ => to.contradiction(
            at,
            "`taken` holds frequency codes: \"1\", \"6\", \"7\" or \"8\"",
        ),
    }
}

fn rendering(to: &mut Compiler, at: &Placing<'_>, row: &Rendering) {
    let standing = match row.standing {
        RenderingWord::Fits => RenderingStanding::Fits,
        RenderingWord::Never => RenderingStanding::Never,
    };
    for prefix in &row.begins_with {
        to.policy.edits.rendering.push(Entry {
            days: at.days,
            standing: at.standing,
            value: (prefix.clone(), standing),
        });
    }
}

fn telehealth(to: &mut Compiler, at: &Placing<'_>, row: &Telehealth) {
    let codes_mode = row.codes_mode.unwrap_or(CodesMode::Unknown);
    let codes = keys(row.codes.as_deref());
    if codes_mode == CodesMode::List && row.codes.is_none() {
        to.contradiction(at, "codes_mode = \"list\" needs `codes`");
    }
    if codes_mode != CodesMode::List && !codes.is_empty() {
        to.contradiction(at, "`codes` are only read with codes_mode = \"list\"");
    }
    let codes_excluded = keys(row.codes_excluded.as_deref());
    if codes.iter().any(|code| codes_excluded.contains(code)) {
        to.contradiction(at, "a code stands in `codes` and in `codes_excluded`");
    }
    let not_allowed = bare_modifiers(row.modifiers_not_allowed.as_ref()).unwrap_or_default();
    let wanted = [
        &row.modifiers_any_of,
        &row.modifiers_all_of,
        &row.audio_only_modifiers,
        &row.store_and_forward_modifiers,
    ];
    let mut wanted = wanted.into_iter().flatten().flatten();
    if wanted.any(|modifier| not_allowed.contains(&modifier.0)) {
        to.contradiction(
            at,
            "a modifier is wanted and stands in `modifiers_not_allowed`",
        );
    }
    let place = place(to, at, row.pos_rule, row.pos.as_deref());
    let place_doubtful = bare(row.pos_doubtful.as_deref().unwrap_or_default());
    let open = |doubtful: &PlaceOfService| matches!(&place, Some(Place::OneOf(places)) if !places.contains(doubtful));
    if !place_doubtful.iter().all(open) {
        to.contradiction(
            at,
            "`pos_doubtful` goes with pos_rule = \"required\" and holds none of `pos`",
        );
    }
    let period = Period {
        coverage: match row.pt_telehealth {
            CoverageWord::Covered => Some(Coverage::Covered),
            CoverageWord::Limited => Some(Coverage::Limited),
            CoverageWord::NotCovered => Some(Coverage::NotCovered),
            CoverageWord::Unknown => None,
        },
        codes_mode,
        codes,
        codes_excluded,
        codes_cap: row.codes_severity,
        place,
        place_doubtful,
        place_cap: row.pos_severity,
        any_of: [
            bare_modifiers(row.modifiers_any_of.as_ref()),
            bare_modifiers(row.audio_only_modifiers.as_ref()),
            bare_modifiers(row.store_and_forward_modifiers.as_ref()),
        ],
        all_of: bare_modifiers(row.modifiers_all_of.as_ref()),
        not_allowed,
        modifiers_cap: row.modifiers_severity,
        audio_only: row.audio_only.and_then(permission),
        store_and_forward: row.store_and_forward.and_then(permission),
        home: row.home_as_originating_site.and_then(permission),
        assistant: row.pta.and_then(permission),
        consent: row.consent_documented.and_then(|word| match word {
            Demand::Required => Some(true),
            Demand::NotRequired => Some(false),
            Demand::Unknown => None,
        }),
        established_only: row.established_patient_only.and_then(YesNo::known),
    };
    at.put(&mut to.policy.telehealth, (), period);
}

fn place(
    to: &mut Compiler,
    at: &Placing<'_>,
    rule: Option<PosRule>,
    places: Option<&[Code<PlaceOfService>]>,
) -> Option<Place> {
    if rule.is_none() && places.is_some() {
        to.contradiction(at, "`pos` needs `pos_rule`");
    }
    match rule? {
        PosRule::Required => match places {
            Some(places) if !places.is_empty() => Some(Place::OneOf(bare(places))),
            _ => {
                to.contradiction(at, "pos_rule = \"required\" needs `pos`");
                None
            }
        },
        PosRule::InPersonPos => Some(Place::InPerson),
        PosRule::Unspecified => Some(Place::NoneNamed),
        PosRule::Unknown => Some(Place::Unknown),
    }
}

fn modifier(to: &mut Compiler, at: &Placing<'_>, row: &ModifierRule) {
    let stray = match row.rule {
        ModifierWord::Required => row.pos.is_some() || row.except_states.is_some(),
        ModifierWord::Refused => row.pos.is_some() || row.channel.is_some(),
        ModifierWord::OnlyWithPos => row.channel.is_some() || row.except_states.is_some(),
        ModifierWord::NotTogether => {
            row.pos.is_some() || row.channel.is_some() || row.except_states.is_some()
        }
    };
    if stray {
        to.contradiction(
            at,
            "`channel` goes with rule = \"required\", `pos` with \"only_with_pos\", `except_states` with \"refused\"",
        );
    }
    match row.rule {
        ModifierWord::Required => {
            let channel = row.channel.unwrap_or(Channel::Video);
            if let Some(table) = to.policy.required.get_mut(channel as usize) {
                at.put(table, (), bare(&row.modifiers));
            }
        }
        ModifierWord::Refused => {
            let states = bare(row.except_states.as_deref().unwrap_or_default());
            for modifier in &row.modifiers {
                at.put(&mut to.policy.refused, modifier.0.index(), states.clone());
            }
        }
        ModifierWord::OnlyWithPos => {
            let places = bare(row.pos.as_deref().unwrap_or_default());
            if places.is_empty() {
                to.contradiction(at, "rule = \"only_with_pos\" needs `pos`");
            }
            for modifier in &row.modifiers {
                at.put(&mut to.policy.only_with, modifier.0.index(), places.clone());
            }
        }
        ModifierWord::NotTogether => {
            for (index, one) in row.modifiers.iter().enumerate() {
                for other in row.modifiers.iter().skip(index + 1) {
                    let key = modifier_pair_key(one.0, other.0);
                    at.put(&mut to.policy.not_together, key, ());
                }
            }
        }
    }
}

fn assistant(to: &mut Compiler, at: &Placing<'_>, row: &AssistantRule) {
    let modifier = row.modifier.0.index();
    let doubt = match row.rule {
        AssistantWord::Pairing => {
            let Some(with) = row.with else {
                return to.contradiction(at, "rule = \"pairing\" needs `with`");
            };
            let fact = AssistantFact {
                with: with.0,
                never_with: bare_modifiers(row.never_with.as_ref()).unwrap_or_default(),
                pay_percent: row.pay_percent,
            };
            return at.put(&mut to.policy.edits.assistant, modifier, fact);
        }
        AssistantWord::Unlikely => AssistantDoubt::Unlikely,
        AssistantWord::NotApplicable => AssistantDoubt::NotApplicable,
    };
    let Some(codes) = row.codes.as_deref() else {
        return to.contradiction(at, "this rule needs `codes`");
    };
    for code in codes {
        let key = (modifier, procedure_key(code.0));
        at.put(&mut to.policy.edits.assistant_doubt, key, doubt);
    }
}

fn permission(word: PermissionWord) -> Option<Permission> {
    match word {
        PermissionWord::Allowed => Some(Permission::Allowed),
        PermissionWord::Limited => Some(Permission::Limited),
        PermissionWord::NotAllowed => Some(Permission::NotAllowed),
        PermissionWord::Unknown => None,
    }
}

fn procedures(codes: Option<&Vec<Code<Procedure>>>) -> Box<[Procedure]> {
    codes.map(|codes| bare(codes)).unwrap_or_default()
}

/// Codes as sorted keys, for bisection.
fn keys(codes: Option<&[Code<Procedure>]>) -> Box<[u64]> {
    let mut keys: Vec<u64> = codes
        .unwrap_or_default()
        .iter()
        .map(|code| procedure_key(code.0))
        .collect();
    keys.sort_unstable();
    keys.into()
}
