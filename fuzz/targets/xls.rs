//! Workbooks of Excel 97 to 2003 (.xls): whole containers, or the stream of records in a sound one.
#![no_main]

use leadmill_fuzz::{compound, content};

leadmill_fuzz::target!(|bytes| {
    match bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        true => content(bytes),
        false => content(&compound(bytes)),
    }
});
