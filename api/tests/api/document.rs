//! The committed OpenAPI document, and what every operation must have.

use std::path::PathBuf;

use serde_json::Value;

fn committed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json")
}

fn document() -> Value {
    serde_json::from_str(&bindery_api::openapi_json()).expect("the document is JSON")
}

/// Fails when the code and `openapi/openapi.json` differ. With `UPDATE_OPENAPI=1` it writes the
/// file instead; then generate the client anew in `openapi/client`.
#[test]
fn the_committed_document_is_current() {
    let current = bindery_api::openapi_json();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(committed(), current).expect("written");
        return;
    }
    let found = std::fs::read_to_string(committed()).expect("there");
    assert!(
        found == current,
        "run `UPDATE_OPENAPI=1 cargo test -p bindery-api document`"
    );
}

#[test]
fn every_operation_has_name_tag_words_and_refusals() {
    let document = document();
    let mut seen = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let name = format!("{method} {path}");
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{name}"));
            assert!(
                id.contains('_') && id == id.to_lowercase(),
                "{name}: {id} is not verb_noun"
            );
            assert!(operation["tags"][0].is_string(), "{name} has no tag");
            assert!(operation["summary"].is_string(), "{name} has no summary");
            for status in ["400", "500", "503"] {
                let content = &operation["responses"][status]["content"];
                assert!(
                    content["application/problem+json"].is_object(),
                    "{name}: {status}"
                );
            }
            let body = operation["requestBody"]["content"]["application/json"].is_object();
            for status in ["413", "415", "422"] {
                assert!(
                    !body || operation["responses"][status].is_object(),
                    "{name}: {status}"
                );
            }
            let secured = operation["security"].is_array();
            assert!(
                !secured || operation["responses"]["401"].is_object(),
                "{name}: 401"
            );
            let parameters = operation["parameters"].as_array();
            for parameter in parameters.into_iter().flatten() {
                assert!(
                    parameter["description"].is_string(),
                    "{name}: {}",
                    parameter["name"]
                );
            }
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen}");
}

#[test]
fn every_field_is_described_and_requests_have_examples() {
    let document = document();
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .expect("schemas")
    {
        for (field, value) in schema["properties"].as_object().into_iter().flatten() {
            assert!(value["description"].is_string(), "{name}.{field}");
        }
        if name.ends_with("Request") {
            assert!(schema["example"].is_object(), "{name} has no example");
        }
    }
}

#[test]
fn the_document_knows_nothing_of_this_machine() {
    let text = bindery_api::openapi_json();
    assert_eq!(text, bindery_api::openapi_json());
    for word in ["localhost", "127.0.0.1", "charset=utf-8\""] {
        assert!(!text.contains(word), "{word}");
    }
}
