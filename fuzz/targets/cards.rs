//! Address cards. What does not begin as one is the rest of one.
#![no_main]

use leadmill::format::kind::FileKind;
use leadmill_fuzz::content;

leadmill_fuzz::target!(|bytes| {
    match FileKind::of(bytes) {
        FileKind::Cards => content(bytes),
        _ => content(&[b"BEGIN:VCARD\nVERSION:3.0\n", bytes].concat()),
    }
});
