//! One binary for all tests of the program as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_inputs;
mod campaign;
mod check;
mod contact_points;
mod dedupe;
mod determinism;
mod evaluate;
mod folders;
mod formats;
mod history;
mod init;
mod labelled;
mod locale;
mod only_dedupe;
mod pinned;
mod profile;
mod programs;
mod publication;
mod rulings;
mod sheets;
mod synthetic;
mod tidy;
mod ugly;
mod why;
mod workdir;
