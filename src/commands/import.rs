//! `bindery import`.

use std::path::PathBuf;

use anyhow::Result;
use bindery_library::{people::Role, policy::Actor};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    compose::{Parts, Schema, ensure_first_admin, first_admin},
    config::Config,
    import::{self, Outcome},
};

/// How an import went.
#[derive(Debug, Default)]
pub struct Tally {
    pub added: usize,
    pub already_there: usize,
    pub failed: Vec<(PathBuf, String)>,
}

/// Adds every book under `paths`. True when none failed.
pub async fn import(config: Config, paths: &[PathBuf]) -> Result<bool> {
    let schema = if config.is_fleet() {
        Schema::Require
    } else {
        Schema::Migrate
    };
    let parts = Parts::open(config, schema).await?;
    ensure_first_admin(&parts).await?;
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    let tally = import_all(&parts, paths, &bar).await?;
    bar.finish_and_clear();
    report(&tally);
    Ok(tally.failed.is_empty())
}

/// The import itself, for the command and for `serve --import`.
pub async fn import_all(parts: &Parts, paths: &[PathBuf], bar: &ProgressBar) -> Result<Tally> {
    let admin = first_admin(parts).await?;
    let actor = Actor::new(&admin.id, [Role::Admin]);
    let (found, unreadable) = import::scan(paths);
    let mut tally = Tally {
        failed: unreadable
            .into_iter()
            .map(|(p, e)| (p, e.to_string()))
            .collect(),
        ..Tally::default()
    };
    bar.set_length(found.len() as u64);
    for book in &found {
        bar.set_message(
            book.path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        );
        match import::add(parts, &actor, book).await {
            Ok(Outcome::Added) => tally.added += 1,
            Ok(Outcome::AlreadyThere) => tally.already_there += 1,
            Err(e) => tally.failed.push((book.path.clone(), format!("{e:#}"))),
        }
        bar.inc(1);
    }
    Ok(tally)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn report(tally: &Tally) {
    println!(
        "{} added, {} already there, {} failed",
        tally.added,
        tally.already_there,
        tally.failed.len()
    );
    for (path, reason) in &tally.failed {
        println!("  {}: {reason}", path.display());
    }
}
