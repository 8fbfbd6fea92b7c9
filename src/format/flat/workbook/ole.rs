//! OLE2 containers, as Office 97 to 2003 writes them ([MS-CFB]): small file systems of streams.

/// Ends a chain of sectors; higher numbers mark what is none.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;

/// Whether a workbook lies in the container.
pub fn is_workbook(bytes: &[u8]) -> bool {
    named(bytes, "Workbook") || named(bytes, "Book")
}

/// Whether an encrypted document lies in the container.
pub fn is_encrypted(bytes: &[u8]) -> bool {
    named(bytes, "EncryptedPackage")
}

/// Whether the directory has a stream of this name.
fn named(bytes: &[u8], name: &str) -> bool {
    let container = Container::open(bytes);
    container.and_then(|container| Some(container.entry(&container.directory()?, name)?.size > 0)).unwrap_or(false)
}

/// The first of these streams that is there.
pub(super) fn stream(bytes: &[u8], names: &[&str]) -> Result<Vec<u8>, String> {
    let broken = || "its streams cannot be found".to_owned();
    let container = Container::open(bytes).ok_or_else(broken)?;
    let directory = container.directory().ok_or_else(broken)?;
    let entry = names.iter().find_map(|name| container.entry(&directory, name)).ok_or_else(broken)?;
    // Short streams lie in the small sectors of the first entry's stream.
    let mut stream = if entry.size < container.cutoff {
        let root = container.entry(&directory, "Root Entry").ok_or_else(broken)?;
        let small = container.chain(root.start).ok_or_else(broken)?;
        container.small_chain(&small, entry.start).ok_or_else(broken)?
    } else {
        container.chain(entry.start).ok_or_else(broken)?
    };
    stream.truncate(usize::try_from(entry.size).unwrap_or(usize::MAX));
    Ok(stream)
}

struct Container<'b> {
    bytes: &'b [u8],
    sector: usize,
    /// Which sector follows each.
    next: Vec<u32>,
    cutoff: u64,
}

struct Entry {
    start: u32,
    size: u64,
}

impl<'b> Container<'b> {
    fn open(bytes: &'b [u8]) -> Option<Self> {
        let shift = u16::from_le_bytes([*bytes.get(30)?, *bytes.get(31)?]);
        let sector = 1usize << (9..=12).contains(&shift).then_some(shift)?;
        let mut this = Self { bytes, sector, next: Vec::new(), cutoff: u64::from(long(bytes, 56)?) };
        // The table's sectors stand in the header, and in a chain of their own.
        let mut listed: Vec<u32> = (0..109).map_while(|at| long(bytes, 76 + 4 * at)).collect();
        let mut more = long(bytes, 68)?;
        for _ in 0..bytes.len() / sector {
            let Some(list) = this.at(more) else { break };
            let mut list: Vec<u32> = longs(list).collect();
            more = list.pop()?;
            listed.extend(list);
        }
        listed.truncate(bytes.len() / sector);
        let table = listed.into_iter().filter_map(|number| this.at(number)).flat_map(longs).collect();
        this.next = table;
        Some(this)
    }

    fn at(&self, number: u32) -> Option<&'b [u8]> {
        let start = (number < LAST_SECTOR).then_some((number as usize).checked_add(1)?)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The sectors from this one on; none of them twice.
    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        let mut chain = Vec::new();
        let mut number = first;
        while number < LAST_SECTOR {
            if chain.len() > self.bytes.len() {
                return None;
            }
            chain.extend_from_slice(self.at(number)?);
            number = *self.next.get(number as usize)?;
        }
        Some(chain)
    }

    fn small_chain(&self, small: &[u8], first: u32) -> Option<Vec<u8>> {
        const SMALL: usize = 64;
        let table: Vec<u32> = longs(&self.chain(long(self.bytes, 60)?)?).collect();
        let mut chain = Vec::new();
        let mut number = first;
        while number < LAST_SECTOR {
            if chain.len() > small.len() {
                return None;
            }
            let start = (number as usize).checked_mul(SMALL)?;
            chain.extend_from_slice(small.get(start..)?.get(..SMALL).or_else(|| small.get(start..))?);
            number = *table.get(number as usize)?;
        }
        Some(chain)
    }

    fn directory(&self) -> Option<Vec<u8>> {
        self.chain(long(self.bytes, 48)?)
    }

    fn entry(&self, directory: &[u8], name: &str) -> Option<Entry> {
        const ENTRY: usize = 128;
        let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let found = directory.chunks_exact(ENTRY).find(|entry| {
            let length = usize::from(u16::from_le_bytes([entry[64], entry[65]]));
            length == wanted.len() && entry.starts_with(&wanted)
        })?;
        Some(Entry { start: long(found, 116)?, size: u64::from(long(found, 120)?) })
    }
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}
