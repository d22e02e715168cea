//! The Bindery binary: reads the configuration once, puts the crates together, runs one command.

mod cli;
mod commands;
mod compose;
mod config;
mod import;
mod logging;
mod memory;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use cli::{Cli, Command};
use config::Config;

/// Status of a wrong command line or setting.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // Before anything else: the child has no environment, no configuration and no runtime.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|a| a == "render-child")
    {
        return bindery_jobs::sandbox::child::main();
    }
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("bindery: {e:#}");
            ExitCode::from(if e.is::<config::ConfigError>() {
                USAGE
            } else {
                1
            })
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    // These two need no configuration and must work beside a broken one.
    match cli.command {
        Command::Openapi => return print(&bindery_api::openapi_json()),
        Command::Config => return print(config::DEFAULTS),
        _ => {}
    }
    let config = Config::load(cli.config)?;
    logging::start(&config)?;
    if let Command::Convert(args) = &cli.command {
        return commands::convert(&config, args);
    }
    memory::bound_arenas();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.spawn(memory::give_back());
    runtime.block_on(run_async(config, cli.command))
}

async fn run_async(config: Config, command: Command) -> Result<ExitCode> {
    let done = Ok(ExitCode::SUCCESS);
    match command {
        Command::Serve(args) => commands::serve(config, args).await.and(done),
        Command::Api => commands::api(config).await.and(done),
        Command::Worker(args) => commands::worker(config, args).await.and(done),
        Command::Migrate => commands::migrate(config).await.and(done),
        Command::User(command) => commands::user(config, command).await.and(done),
        Command::Import(args) => {
            let all_added = commands::import(config, &args.paths).await?;
            Ok(ExitCode::from(u8::from(!all_added)))
        }
        // Handled before the runtime was made.
        Command::Openapi | Command::Config | Command::Convert(_) | Command::RenderChild { .. } => {
            done
        }
    }
}

/// Writes a document to standard output; a reader that has seen enough is no error.
fn print(text: &str) -> Result<ExitCode> {
    use std::io::Write;
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
