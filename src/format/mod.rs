//! File formats: bytes to tables and back, one file per format.

pub mod archive;
pub mod csv;
pub mod delimited;
pub mod encoding;
pub mod error;
pub mod file;
pub mod flat;
pub mod guard;
pub mod kind;
pub mod parquet;
pub mod stored;

pub use error::FormatError;
