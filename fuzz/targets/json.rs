//! JSON: arrays, objects around lists, objects a line.
#![no_main]

leadmill_fuzz::target!(|bytes| leadmill_fuzz::content(bytes));
