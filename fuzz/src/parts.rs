//! Containers around fuzzed parts: a packed or chained file that is changed at random is merely a broken container.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The parts of an input: each begins with a line `%%%% name`.
pub fn parts(input: &[u8]) -> Vec<(String, &[u8])> {
    const MARK: &[u8] = b"%%%% ";
    let starts = (0..input.len()).filter(|&at| (at == 0 || input[at - 1] == b'\n') && input[at..].starts_with(MARK));
    let starts: Vec<usize> = starts.take(32).collect();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([input.len()]);
    let part = |(&start, end): (&usize, usize)| {
        let part = &input[start + MARK.len()..end.max(start + MARK.len())];
        let line = part.iter().position(|&byte| byte == b'\n').unwrap_or(part.len());
        let name = String::from_utf8_lossy(&part[..line]).into_owned();
        (name, part.get(line + 1..).unwrap_or_default())
    };
    starts.iter().zip(ends).map(part).collect()
}

/// A zip archive of these files, not packed; none where two have the same name.
pub fn zipped(files: &[(String, &[u8])]) -> Option<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options).ok()?;
        writer.write_all(bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// An OLE2 container ([MS-CFB]) with this stream as its workbook, in sectors of 512 bytes.
pub fn compound(stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const LAST: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    // Shorter streams lie elsewhere.
    let length = stream.len().max(4096);
    let data = length.div_ceil(SECTOR);
    // The directory, the stream, and the table of both and itself.
    let tables = (1..109).find(|tables| tables * SECTOR / 4 > data + tables).unwrap_or(109);
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(24, 0);
    for word in [0x3e_u16, 3, 0xfffe, 9, 6] {
        file.extend(word.to_le_bytes());
    }
    file.resize(44, 0);
    for word in [tables as u32, 0, 0, 4096, LAST, 0, LAST, 0] {
        file.extend(word.to_le_bytes());
    }
    let listed = (0..109).map(|at| if at < tables { (1 + data + at) as u32 } else { FREE });
    file.extend(listed.flat_map(u32::to_le_bytes));
    for (name, kind, start, size) in [("Root Entry", 5, LAST, 0), ("Workbook", 2, 1, length as u64)] {
        let at = file.len();
        file.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        file.resize(at + 64, 0);
        file.extend((2 * (name.len() as u16 + 1)).to_le_bytes());
        file.extend([kind, 1]);
        let child = if kind == 5 { 1 } else { FREE };
        file.extend([FREE, FREE, child].into_iter().flat_map(u32::to_le_bytes));
        file.resize(at + 116, 0);
        file.extend(start.to_le_bytes());
        file.extend(size.to_le_bytes());
    }
    file.resize(2 * SECTOR, 0);
    file.extend(stream);
    file.resize((2 + data) * SECTOR, 0);
    let chain = (1..=data).map(|at| if at == data { LAST } else { at as u32 + 1 });
    let table = std::iter::once(LAST).chain(chain).chain((0..tables).map(|_| 0xFFFF_FFFD));
    let table: Vec<u8> = table.flat_map(u32::to_le_bytes).collect();
    file.extend(&table);
    file.resize((2 + data + tables) * SECTOR, 0xff);
    file
}
