//! The published schema of `telescrub.toml`, made from the structs that read it.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::file::{ConfigFile, RuleSetting};
use crate::rules::registry::RULES;

/// The JSON schema of a configuration file.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(ConfigFile).to_value()
}

// What is said here goes to the users' schema.
/// How sure a fact is.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only its shape is asked for")]
pub(super) enum ConfidenceWord {
    Low,
    Medium,
    High,
}

/// A table of rule codes: an editor can propose them, and no other is right.
pub(super) fn rules(generator: &mut SchemaGenerator) -> Schema {
    let setting = generator.subschema_for::<RuleSetting>();
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    json_schema!({
        "type": "object",
        "propertyNames": { "enum": codes },
        "additionalProperties": setting,
    })
}
