//! Delimited text in any encoding. The first byte says which, and how the text is delimited.
#![no_main]

use encoding_rs::{BIG5, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};
use leadmill_fuzz::{document, records};

leadmill_fuzz::target!(|bytes| {
    let Some((how, text)) = bytes.split_first() else { return };
    let encodings = [UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1251, WINDOWS_1252, GBK, SHIFT_JIS, ISO_2022_JP, BIG5];
    document(text, encodings.get(usize::from(how & 15)).copied());
    records::check(text, b",;\t|:, ~"[usize::from(how >> 5)]);
});
