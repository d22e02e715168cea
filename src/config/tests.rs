use std::ffi::OsString;

use super::*;

fn load(file: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let env = env
        .iter()
        .map(|(k, v)| (OsString::from(k), OsString::from(v)))
        .collect::<Vec<_>>();
    let file = (!file.is_empty()).then(|| ("bindery.toml".to_string(), file.to_string()));
    Layers::new(DEFAULTS, file, env.into_iter())
        .and_then(Config::build)
        .map_err(|e| e.to_string())
}

#[test]
fn the_defaults_are_a_valid_configuration() {
    let c = load("", &[]).expect("defaults");
    assert_eq!(c.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(c.public_url.as_str(), "http://127.0.0.1:8080/");
    assert!(c.database_url.ends_with("data/bindery.db"));
    assert_eq!(c.upload_max, 2 << 30);
    assert!(!c.is_fleet());
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let c = load(
        "listen = \"127.0.0.1:1\"\nlog = \"debug\"",
        &[("BINDERY_LISTEN", "127.0.0.1:2")],
    )
    .expect("config");
    assert_eq!((c.listen.port(), c.log.as_str()), (2, "debug"));
}

#[test]
fn a_wrong_value_names_the_key_its_origin_and_what_would_be_right() {
    let e = load("", &[("BINDERY_LISTEN", "eighty")]).expect_err("must fail");
    assert_eq!(
        e,
        "listen (from BINDERY_LISTEN) is `eighty`, but must be an address and port such as 127.0.0.1:8080"
    );
    let e = load("upload_max = \"two\"", &[]).expect_err("must fail");
    assert_eq!(
        e,
        "upload_max (from bindery.toml) is `two`, but must be a size such as `512 MiB` or a number of bytes"
    );
    let e = load("registration = \"maybe\"", &[]).expect_err("must fail");
    assert!(
        e.ends_with("but must be `closed` or `invite` or `open`"),
        "{e}"
    );
}

#[test]
fn an_unknown_key_in_the_file_is_refused_with_the_nearest_one() {
    let e = load("listne = \"x\"", &[]).expect_err("must fail");
    assert_eq!(
        e,
        "bindery.toml names the unknown key `listne`; did you mean `listen`?"
    );
}

#[test]
fn an_unknown_variable_is_reported_and_those_of_the_tests_are_not() {
    let c = load(
        "",
        &[
            ("BINDERY_LISTNE", "x"),
            ("BINDERY_CORPUS", "y"),
            ("BINDERY_E2E_URL", "z"),
        ],
    )
    .expect("config");
    assert_eq!(c.unknown_variables, ["BINDERY_LISTNE"]);
}

#[test]
fn a_secret_can_come_from_a_file_and_is_never_printed() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("pw");
    std::fs::write(&path, "s3cret\n").expect("write");
    let c = load(
        "",
        &[("BINDERY_ADMIN_PASSWORD_FILE", path.to_str().expect("utf-8"))],
    )
    .expect("config");
    assert_eq!(c.admin_password.as_deref(), Some("s3cret"));
    let e = load("", &[("BINDERY_DATABASE_URL", "mysql://u:pw@h/d")]).expect_err("must fail");
    assert!(e.contains("(hidden)") && !e.contains("pw@h"), "{e}");
}

#[test]
fn subscription_reading_refuses_to_start_without_payments() {
    let e = load("reading = \"subscription\"", &[]).expect_err("must fail");
    assert!(e.contains("payment"), "{e}");
}

#[test]
fn settings_that_need_each_other_are_checked() {
    assert!(
        load("", &[("BINDERY_WEBHOOK_URL", "https://x.example/")])
            .expect_err("no secret")
            .contains("webhook_secret")
    );
    assert!(
        load("", &[("BINDERY_REDIS_URL", "redis://h")])
            .expect_err("sqlite")
            .contains("PostgreSQL")
    );
}

#[test]
fn sizes_and_times_are_read_as_people_write_them() {
    assert_eq!(value::size("2 GiB"), Some(2 << 30));
    assert_eq!(value::size("10"), Some(10));
    assert_eq!(
        (
            value::size("0"),
            value::size("1 parsec"),
            value::size("99999999999 GiB")
        ),
        (None, None, None)
    );
    assert_eq!(value::duration("90s"), Some(Duration::from_secs(90)));
    assert_eq!((value::duration("90"), value::duration("0s")), (None, None));
}
