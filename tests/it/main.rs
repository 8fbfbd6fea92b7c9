//! One binary for all tests of the program as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_inputs;
mod campaign;
mod check;
mod dedupe;
mod determinism;
mod evaluate;
mod formats;
mod init;
mod labelled;
mod only_dedupe;
mod pinned;
mod profile;
mod programs;
mod publication;
mod rulings;
mod synthetic;
mod tidy;
mod ugly;
mod why;
mod workdir;
