//! The pipeline file: options as written, compiled into a plan.

pub mod plan;
