//! Excel's binary workbooks (.xlsb), put together from fuzzed parts.
#![no_main]

use leadmill_fuzz::content;
use leadmill_fuzz::workbook::{XLSB, workbook};

leadmill_fuzz::target!(|bytes| {
    if let Some(book) = workbook(bytes, XLSB) {
        content(&book);
    }
});
