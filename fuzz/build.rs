//! Lets the linker drop, with the code that a target does not reach, the counters of that code: the fuzzer goes through
//! all counters at each execution, and most of them would be of the query engine.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg=-Wl,-z,start-stop-gc");
}
