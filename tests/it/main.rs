//! One binary for all tests of the program as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_inputs;
mod campaign;
mod check;
mod determinism;
mod labelled;
mod only_dedupe;
mod publication;
mod rulings;
mod tidy;
mod workdir;
