//! The command line. Its help is documentation: every command says what it is for and shows one use.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const ABOUT: &str =
    "Turns uploaded books into HTML slices and covers, and runs the reading platform around them.";
const LONG_ABOUT: &str = "\
Turns uploaded books into HTML slices and covers, and runs the reading platform around them.

On one machine, `bindery serve` is all there is: SQLite, files and search live in ./data.
A fleet runs `bindery migrate` once, then `bindery api` and any number of `bindery worker`s over
PostgreSQL, Redis and S3. Without a server, `bindery convert` turns books into HTML folders.

Settings come from bindery.toml and BINDERY_* variables; `bindery config` prints all of them with
their defaults and meanings.";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "bindery", version, about = ABOUT, long_about = LONG_ABOUT, disable_help_subcommand = true)]
pub struct Cli {
    /// Read this configuration file instead of ./bindery.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything in one process: web server, workers, top-up and reaper.
    ///
    /// On the first start it makes the database, the keys and the first admin, whose random
    /// password it prints once, and imports the handbook as a book to read.
    Serve(ServeArgs),
    /// Run the web server of a fleet (its workers run elsewhere).
    ///
    /// It also keeps this node's search index, so it works the reindex queue.
    Api,
    /// Run workers of a fleet: claim jobs from the named queues until stopped.
    ///
    /// SIGTERM drains: running jobs finish, or go back to the queue after drain_time.
    #[command(after_help = "Example: bindery worker --queues render,email --concurrency 4")]
    Worker(WorkerArgs),
    /// Bring the database's tables up to this version, then end.
    Migrate,
    /// Add books from files and folders, also a calibre library.
    ///
    /// Folders are searched for EPUB files; a metadata.opf and cover beside a book (as calibre
    /// keeps them) are read. A file that is already in the library is skipped, so an import that
    /// was interrupted is simply run again. A running server picks the new books up by itself.
    #[command(after_help = "Example: bindery import ~/Books '~/Calibre Library'")]
    Import(ImportArgs),
    /// Add, invite, list and change users.
    #[command(subcommand)]
    User(UserCommand),
    /// Print the API's OpenAPI document.
    Openapi,
    /// Print all settings with their defaults, commented: a bindery.toml to start from.
    Config,
    /// Turn books into folders of HTML slices, without a server.
    ///
    /// For each FILE a folder DIR/<file stem>/ with manifest.json (Readium), positions.json,
    /// slices/, resources/, text/, cover/ and report.json. A file that fails leaves a report.json
    /// with error.code and error.message; the rest goes on.
    /// Exit status: 0 all converted, 1 some failed, 2 wrong usage.
    #[command(after_help = "Example: bindery convert *.epub --out html --threads 2")]
    Convert(ConvertArgs),
    /// Render one book from an inherited descriptor; started by Bindery itself.
    #[command(hide = true)]
    RenderChild {
        /// Understood by the child.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Add these books (files, folders, calibre libraries) once the server is up.
    #[arg(long, value_name = "FILE|DIR", num_args = 1..)]
    pub import: Vec<PathBuf>,
}

/// Arguments of `worker`.
#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// Queues to work, separated by commas.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "render,invalidate,email,webhook",
        value_name = "A,B"
    )]
    pub queues: Vec<String>,
    /// Jobs of one queue that run at a time. Without it: render_concurrency and job_concurrency.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: Option<u16>,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Books, folders of books, calibre libraries.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
}

/// Arguments of `convert`.
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Books to convert.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the folders go; made when missing.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Threads to use in all. Without it: every core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Print one JSON object a book on standard output instead of a line of text.
    #[arg(long)]
    pub json: bool,
}

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user; the password is asked for, or read from standard input.
    Add {
        /// Their e-mail address: they sign in with it.
        email: String,
        /// The name others see. Without it: what stands before the @.
        #[arg(long)]
        name: Option<String>,
        /// What they may do.
        #[arg(long, value_enum, default_value = "reader")]
        role: RoleName,
    },
    /// Make a link with which one person can make their own account; it is printed once.
    ///
    /// For servers with registration = "invite". The link is good for seven days.
    #[command(after_help = "Example: bindery user invite ada@example.org --role reader")]
    Invite {
        /// Only this e-mail address may use it. Without it: whoever has the link.
        email: Option<String>,
        /// What they may do.
        #[arg(long, value_enum, default_value = "reader")]
        role: RoleName,
    },
    /// List users.
    List,
    /// Give a user a role (and take away the others).
    Role {
        /// The user's e-mail address.
        email: String,
        /// The role.
        #[arg(value_enum)]
        role: RoleName,
    },
}

/// Roles that can be given here.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleName {
    /// Everything.
    Admin,
    /// Reads.
    Reader,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_a_line_of_help() {
        for c in Cli::command().get_subcommands() {
            assert!(c.get_about().is_some(), "{} has no help", c.get_name());
        }
    }
}
