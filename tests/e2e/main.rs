//! End to end: the real binary against real servers, as its users start it.

mod book;
mod calibre;
mod command_line;
mod fleet;
mod http;
mod one_machine;
mod server;
