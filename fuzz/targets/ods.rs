//! LibreOffice workbooks (.ods), put together from fuzzed parts.
#![no_main]

use leadmill_fuzz::content;
use leadmill_fuzz::workbook::{ODS, workbook};

leadmill_fuzz::target!(|bytes| {
    if let Some(book) = workbook(bytes, ODS) {
        content(&book);
    }
});
