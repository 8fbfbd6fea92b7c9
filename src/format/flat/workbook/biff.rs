//! Records of an old workbook's stream ([MS-XLS], and Excel 95's the same way).

/// Whether a password stands before the cells, in whichever of the ways.
pub(super) fn is_locked(stream: &[u8]) -> bool {
    records(stream).any(|(kind, _)| kind == 0x002F)
}

/// The sheets of a workbook's stream, where its directory says they begin.
pub(super) fn sheets(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = all_records(stream).filter(|(kind, _)| *kind == 0x0085).filter_map(|(_, data)| long(data, 0));
    starts.filter_map(|start| stream.get(start as usize..))
}

/// Kind and content of the records of a sheet up to its end, without what a chart inside has.
pub(super) fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    all_of_sheet(stream).flatten()
}

/// The same, and none for each record of a chart inside.
pub(super) fn all_of_sheet(stream: &[u8]) -> impl Iterator<Item = Option<(u16, &[u8])>> {
    const BEGIN: u16 = 0x0809;
    const END: u16 = 0x000A;
    let mut depth = 0usize;
    all_records(stream).map_while(move |(kind, data)| {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => return None,
            END => depth -= 1,
            _ => {}
        }
        Some((depth <= 1).then_some((kind, data)))
    })
}

fn all_records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = stream.split_first_chunk::<4>()?;
        let (data, next) = rest.split_at_checked(usize::from(u16::from_le_bytes([head[2], head[3]])))?;
        stream = next;
        Some((u16::from_le_bytes([head[0], head[1]]), data))
    })
}

/// Two bytes of a record as a number.
pub(super) fn short(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]))
}

/// Four bytes of a record as a number.
pub(super) fn long(data: &[u8], at: usize) -> Option<u64> {
    data.get(at..at + 4).map(|four| u64::from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])))
}
