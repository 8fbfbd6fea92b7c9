//! One binary for all tests of the program as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod assign;
mod backtest;
mod bad_inputs;
mod behaviour;
mod campaign;
mod cases;
mod check;
mod contact_points;
mod dedupe;
mod determinism;
mod diff;
mod domain;
mod evaluate;
mod expect;
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
mod qualifying;
mod records;
mod rulings;
mod scoring;
mod sheets;
mod synthetic;
mod tidy;
mod ugly;
mod why;
mod workdir;
