//! What the file says, what it refuses, and that schema and reader agree.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that stops there has failed

use std::path::Path;

use serde_json::Value;

use super::*;
use crate::value::Date;

/// The example of the README, whole.
fn example() -> String {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```toml\n").skip(1);
    let mut blocks = blocks.filter_map(|rest| rest.split("\n```").next());
    let block = blocks.find(|block| block.contains("[watch]"));
    block.unwrap().to_owned() + "\n"
}

fn parse(text: &str) -> Result<Config, Vec<PolicyError>> {
    Config::parse("telescrub.toml", text, Path::new("site"))
}

fn told(text: &str) -> Vec<String> {
    let errors = parse(text)
        .and_then(|config| config.judgement(Date::MAX, None).map(drop))
        .unwrap_err();
    errors
        .iter()
        .map(|error| format!("{error} ({})", error.remedy()))
        .collect()
}

#[test]
fn the_documented_example_says_what_it_means() {
    let config = parse(&example()).unwrap();
    let judgement = config.judgement(Date::MAX, None).unwrap();
    assert_eq!(judgement.reject_at, Confidence::High);
    let watch = config.watch.unwrap();
    assert_eq!(watch.root, Path::new("site/claims"));
    assert_eq!(watch.settle_seconds, 10);
    let rule = registry::find("TEL104").unwrap();
    assert_eq!(
        judgement.severities.of(rule, Severity::Reject),
        Some(Severity::Warn)
    );
    let fingerprint = judgement.fingerprint();
    assert_ne!(
        fingerprint,
        parse("")
            .unwrap()
            .judgement(Date::MAX, None)
            .unwrap()
            .fingerprint(),
        "what changes verdicts is part of a run's identity"
    );
}

#[test]
fn every_wrong_word_is_refused_with_its_line_and_the_right_one() {
    for (text, expected) in [
        (
            "[payer.P1]\n",
            "telescrub.toml:1: unknown key `payer` (did you mean `payers`?)",
        ),
        (
            "\n[rules.TEL140]\nseverity = \"warn\"\n",
            "telescrub.toml:2: unknown key `TEL140` (did you mean `TEL110`?)",
        ),
        (
            "[payers.P1.rules.tel104]\nseverity = \"off\"\n",
            "telescrub.toml:1: unknown key `tel104` (one of: TEL104; or remove it)",
        ),
        (
            "[rules.TEL104]\nseverity = \"wran\"\n",
            "telescrub.toml:2: unknown value `wran` (did you mean `warn`?)",
        ),
        (
            "[policy]\nreject_below = \"low\"\n",
            "telescrub.toml:2: unknown key `reject_below` (one of: reject_at, folder; or remove it)",
        ),
        (
            "[payers.P1]\npolicy = \"medicaid/TT\"\n",
            "telescrub.toml:2: there is no policy `medicaid/TT` (did you mean `medicaid/CT`?)",
        ),
        (
            "[watch]\nsettle_seconds = 1\n",
            "telescrub.toml:1: `root` is missing (add root = ...)",
        ),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
}

/// Whether a value fits a JSON schema. Knows the keywords that ours uses; any other is
/// a fault of the test.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    schema.as_object().unwrap().iter().all(|(keyword, rule)| {
        let any = || rule.as_array().unwrap().iter();
        let object = value.as_object();
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
            "$ref" => {
                let path = rule.as_str().unwrap().strip_prefix('#').unwrap();
                fits(root, root.pointer(path).unwrap(), value)
            }
            "anyOf" | "oneOf" => any().any(|option| fits(root, option, value)),
            "enum" => any().any(|word| word == value),
            "const" => rule == value,
            "minimum" => value.as_f64() >= rule.as_f64(),
            "maximum" => value.as_f64() <= rule.as_f64(),
            "type" if rule.is_array() => any().any(|kind| is(kind, value)),
            "type" => is(rule, value),
            "required" => {
                any().all(|key| object.is_none_or(|o| o.contains_key(key.as_str().unwrap())))
            }
            "properties" => object
                .into_iter()
                .flatten()
                .all(|(key, value)| rule.get(key).is_none_or(|schema| fits(root, schema, value))),
            "propertyNames" => object
                .into_iter()
                .flatten()
                .all(|(key, _)| fits(root, rule, &Value::from(key.as_str()))),
            "additionalProperties" => object.into_iter().flatten().all(|(key, value)| {
                schema["properties"].get(key).is_some()
                    || rule.as_bool().unwrap_or_else(|| fits(root, rule, value))
            }),
            other => unreachable!("the schema uses {other}"),
        }
    })
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => unreachable!("the schema uses the type {other}"),
    }
}

#[test]
fn the_published_schema_takes_what_the_reader_takes_and_refuses_what_it_refuses() {
    let schema = schema();
    let valid = |text: &str| {
        let value: Value = toml::from_str(text).unwrap();
        fits(&schema, &schema, &value)
    };
    let example = example();
    assert!(valid(&example));
    for wrong in [
        "[payer.P1]\n",
        "[rules.TEL140]\nseverity = \"warn\"\n",
        "[rules.TEL104]\nseverity = \"wran\"\n",
        "[payers.P1]\npolicies = \"medicaid/TX\"\n",
        "[policy]\nreject_at = \"middling\"\n",
        "[watch]\nsettle_seconds = 1\n",
        "[watch]\nroot = \"claims\"\nsettle_seconds = 86401\n",
        "[watch]\nroot = \"claims\"\nscan_seconds = 0\n",
        "[watch]\nroot = \"claims\"\nscan_seconds = 86401\n",
        "[watch]\nroot = \"claims\"\npolicy_age_days = -1\n",
        "[watch]\nroot = \"claims\"\npolicy_age_days = 36501\n",
        "[watch]\nroot = \"claims\"\nmetrics_port = 65536\n",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
        assert!(!valid(wrong), "{wrong}");
    }
    let ends = "[watch]\nroot = \"claims\"\nsettle_seconds = 0\nscan_seconds = 86400\npolicy_age_days = 36500\nmetrics_port = 9837\n";
    assert!(parse(ends).is_ok() && valid(ends));
}

#[test]
fn a_severity_that_no_payer_could_have_is_refused() {
    let text = "[payers.\"P1\".rules.ENV005]\nseverity = \"off\"\n";
    let errors = parse(text).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].line, 1);
    assert!(
        errors[0].to_string().contains("under [rules.ENV005]"),
        "{}",
        errors[0]
    );
    assert!(parse("[rules.ENV005]\nseverity = \"off\"\n").is_ok());
}

#[test]
fn settings_of_the_drop_folder_that_cannot_be_meant_are_told_with_their_line() {
    let watch = "[watch]\nroot = \"claims\"\n";
    for (text, line, key) in [
        (
            "settle_seconds = 9223372036854775807\n",
            3,
            "settle_seconds =",
        ),
        ("scan_seconds = 9223372036854775807\n", 3, "scan_seconds ="),
        ("scan_seconds = 0\n", 3, "it takes 1 to 86400"),
        ("output_mode = \"0999\"\n", 3, "output_mode ="),
        ("output_mode = \"+600\"\n", 3, "output_mode ="),
        ("output_mode = \"0200\"\n", 3, "output_mode ="),
        ("output_mode = \"0644\"\n", 3, "output_mode ="),
        ("output_mode = \"0660\"\n", 3, "output_mode ="),
        ("policy_age_days = -1\n", 3, "policy_age_days ="),
        (
            "[watch.folders]\noutbox = \"inbox\"\n",
            4,
            "the folder of inbox too",
        ),
        (
            "[watch.folders]\n\nrerun = \"Archive\"\n",
            0,
            "the folder of rerun too",
        ),
        (
            "[watch.folders]\noutbox = \"../../escape\"\n",
            4,
            "is not the name of a folder",
        ),
        (
            "[watch.folders]\noutbox = \"/tmp\"\n",
            4,
            "is not the name of a folder",
        ),
        (
            "[watch.folders]\ninbox = \"\"\n",
            4,
            "is not the name of a folder",
        ),
        (
            "[watch.folders]\ninbox = \".telescrub\"\n",
            4,
            "is not the name of a folder",
        ),
    ] {
        let errors = parse(&format!("{watch}{text}")).unwrap_err();
        let [error] = &errors[..] else {
            panic!("{text}: {errors:?}")
        };
        assert_eq!(error.line, line, "{text}");
        assert!(error.to_string().contains(key), "{error}");
    }
    for good in [
        "settle_seconds = 0\n",
        "output_mode = \"640\"\n",
        "[watch.folders]\ninbox = \"in\"\noutbox = \"out\"\n",
    ] {
        assert!(parse(&format!("{watch}{good}")).is_ok(), "{good}");
    }
}
