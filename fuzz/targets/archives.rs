//! Packed files. The first byte says whether the others are one, its files, or what is packed.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use leadmill_fuzz::{content, parts, zipped};

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).expect("writing to memory does not fail");
    writer.finish().expect("writing to memory does not fail")
}

leadmill_fuzz::target!(|bytes| {
    let Some((how, bytes)) = bytes.split_first() else { return };
    match how % 6 {
        0 => content(bytes),
        1 => content(&gzipped(bytes)),
        2 => content(&[b"\x1f\x8b\x08\0\0\0\0\0\0\xff", bytes].concat()),
        3 => content(&gzipped(&gzipped(bytes))),
        4 => {
            let Some(archive) = zipped(&parts(bytes)) else { return };
            content(&archive);
            content(&gzipped(&archive));
        }
        // The last two bytes change one of the archive around.
        _ => {
            let Some((bytes, &[at, to])) = bytes.split_last_chunk() else { return };
            let Some(mut archive) = zipped(&parts(bytes)) else { return };
            let at = archive.len().saturating_sub(1 + usize::from(at));
            archive[at] = to;
            content(&archive);
        }
    }
});
