//! What the fuzz targets share: which panics are faults, files put together from fuzzed parts, and what must hold of
//! everything that is read.

mod parts;
pub mod records;
mod table;
pub mod workbook;

pub use parts::{compound, parts, zipped};
pub use table::{content, document};

use leadmill::stages::report::queries;
use leadmill::{config, format};

/// Lets panics pass that leadmill catches: those in readers of other people's formats, and in the query engine. A panic
/// in leadmill's own code is a fault even there. To be called once, when the fuzzer's hook is in place, which aborts.
pub fn let_guarded_panics_unwind() {
    let abort = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let elsewhere = ["/registry/src/", "/rustc/", "/rustlib/src/"];
        let is_ours = panic.location().is_none_or(|at| !elsewhere.iter().any(|part| at.file().contains(part)));
        let is_caught = format::guard::is_guarded() || config::is_guarded() || queries::is_guarded();
        if is_ours || !is_caught {
            abort(panic);
        }
    }));
}

/// A fuzz target of bytes.
#[macro_export]
macro_rules! target {
    (|$bytes:ident| $body:expr) => {
        libfuzzer_sys::fuzz_target!(init: $crate::let_guarded_panics_unwind(), |$bytes: &[u8]| { $body });
    };
}
