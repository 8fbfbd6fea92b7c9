//! Excel workbooks (.xlsx), put together from fuzzed parts.
#![no_main]

use leadmill_fuzz::content;
use leadmill_fuzz::workbook::{XLSX, workbook};

leadmill_fuzz::target!(|bytes| {
    if let Some(book) = workbook(bytes, XLSX) {
        content(&book);
    }
});
