//! Mails and mailboxes. What does not begin as one is the rest of one.
#![no_main]

use leadmill::format::kind::FileKind;
use leadmill_fuzz::content;

leadmill_fuzz::target!(|bytes| {
    match FileKind::of(bytes) {
        FileKind::Mail | FileKind::Mailbox => content(bytes),
        _ => content(&[b"From: a@b.c\nTo: d@e.f\nSubject: Fwd: x\n", bytes].concat()),
    }
});
