//! The pipeline file: options as written, compiled into a plan.

pub mod compile;
pub mod diagnostic;
pub mod emit;
pub mod locale;
pub mod mapping;
pub mod options;
pub mod overrides;
pub mod plan;
pub mod preset;
pub mod render;
pub mod roles;
pub mod score_fragment;
pub mod starter;

pub use compile::{Outputs, compile, compile_text, compile_within, input_files, project_of, reserved_names, strays};
pub use options::schema;

pub use crate::format::guard::is_guarded;
