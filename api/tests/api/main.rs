//! The service as its clients see it: real requests over a socket, on both databases.

mod admin;
mod auth;
mod books;
mod content;
mod document;
mod edge;
mod events;
mod harness;
mod invitations;
mod reading;
mod reply;
mod search;
mod uploads;
