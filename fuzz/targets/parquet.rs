//! Parquet files.
#![no_main]

leadmill_fuzz::target!(|bytes| leadmill_fuzz::content(bytes));
