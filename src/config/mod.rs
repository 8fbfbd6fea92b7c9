//! The pipeline file: options as written, compiled into a plan.

pub mod compile;
pub mod diagnostic;
pub mod mapping;
pub mod options;
pub mod overrides;
pub mod plan;
pub mod preset;
pub mod render;

pub use compile::{Outputs, compile, compile_within};
pub use options::schema;
