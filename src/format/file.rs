//! What stands under a path, and its bytes.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;

use super::FormatError;

/// Whether a path stands for what is piped to this program.
pub fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether a name is one that systems and programs leave beside people's files: hidden files, what a Mac packs beside
/// the files of an archive, previews, and the locks of workbooks that are open.
pub fn is_left_behind(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "__macosx",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "icon\r",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "@eadir",
    ];
    let is_hidden = name.starts_with('.') && !matches!(name, "." | "..");
    is_hidden || name.starts_with("~$") || NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// Refuses what is no file: pipes and devices never end, or give what they have only once.
///
/// # Errors
/// When no file is there, or it cannot be reached.
pub fn check(path: &Path) -> Result<(), FormatError> {
    let path_of = || path.to_owned();
    match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(FormatError::Folder { path: path_of() }),
        Ok(about) if !about.is_file() => Err(FormatError::NoFile { path: path_of() }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(match std::fs::read_link(path) {
            Ok(target) => FormatError::DeadLink { path: path_of(), target },
            Err(_) => FormatError::Missing { path: path_of() },
        }),
        Err(reason) => Err(FormatError::Unreadable { path: path_of(), reason }),
    }
}

/// All bytes of a file, or of standard input.
///
/// # Errors
/// When no file is there, or it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, FormatError> {
    let unreadable = |reason| FormatError::Unreadable { path: path.to_owned(), reason };
    if is_standard_input(path) {
        return standard_input().map_err(unreadable);
    }
    check(path)?;
    std::fs::metadata(path).and_then(|about| contents(path, about.len() as usize)).map_err(unreadable)
}

/// Files over this size need not be in memory as a whole.
const LARGE: u64 = if cfg!(test) { 256 } else { 32 << 20 };

/// The first lines of a large file, and its size; none of a small one, or one without lines. A file that ends with the
/// end mark of DOS is not read in pieces either.
///
/// # Errors
/// When the file cannot be read.
pub fn beginning(path: &Path) -> Result<Option<(Vec<u8>, u64)>, FormatError> {
    const HEAD: u64 = 1 << 20;
    let head = || {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        if size < LARGE {
            return Ok(None);
        }
        let (mut head, mut last) = (Vec::new(), [0]);
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        head.truncate(memchr::memrchr(b'\n', &head).map_or(0, |at| at + 1));
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        Ok((!head.is_empty() && last != [0x1a]).then_some((head, size)))
    };
    head().map_err(|reason| FormatError::Unreadable { path: path.to_owned(), reason })
}

/// Whether a large file is UTF-8 to its end, without NUL bytes. It is read block by block, and not kept.
///
/// # Errors
/// When the file cannot be read.
pub fn is_large_plain_text(path: &Path) -> Result<bool, FormatError> {
    const BLOCK: usize = 1 << 20;
    let plain = || {
        let mut file = File::open(path)?;
        let mut block = Vec::with_capacity(BLOCK + 4);
        if file.metadata()?.len() < LARGE {
            return Ok(false);
        }
        loop {
            let held = block.len();
            let read = file.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if memchr::memchr(0, &block[held..]).is_some() {
                return Ok(false);
            }
            // A character that the block cuts is whole in the next one.
            match std::str::from_utf8(&block) {
                Ok(_) => block.clear(),
                Err(cut) if cut.error_len().is_none() && read > 0 => drop(block.drain(..cut.valid_up_to())),
                Err(_) => return Ok(false),
            }
            if read == 0 {
                return Ok(true);
            }
        }
    };
    plain().map_err(|reason| FormatError::Unreadable { path: path.to_owned(), reason })
}

/// A file is read more than once, and standard input gives its bytes only once: they are kept.
fn standard_input() -> io::Result<Vec<u8>> {
    static GIVEN: Mutex<Option<Vec<u8>>> = Mutex::new(None);
    let mut given = GIVEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if given.is_none() {
        let mut input = io::stdin().lock();
        if input.is_terminal() {
            return Err(io::Error::other("nothing is piped to this program"));
        }
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        *given = Some(bytes);
    }
    Ok(given.clone().unwrap_or_default())
}

/// The bytes of a file of about this size. Large ones are read by all threads: more than half of the time goes into the
/// copy from the system's cache and into pages that are new.
fn contents(path: &Path, size: usize) -> io::Result<Vec<u8>> {
    #[cfg(unix)]
    if size >= 16 << 20 {
        use rayon::prelude::*;
        use std::os::unix::fs::FileExt;

        const BLOCK: usize = 4 << 20;
        let file = File::open(path)?;
        let mut bytes = vec![0; size];
        let blocks = bytes.par_chunks_mut(BLOCK).enumerate();
        let read = blocks.try_for_each(|(at, block)| file.read_exact_at(block, (at * BLOCK) as u64));
        // A file that grows or shrinks meanwhile, or has no positions, is read in one go.
        if read.is_ok() && file.metadata()?.len() == size as u64 {
            return Ok(bytes);
        }
    }
    std::fs::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systems_leave_behind() {
        for name in
            [".DS_Store", "._leads.csv", "__MACOSX", "Thumbs.db", "desktop.ini", "~$leads.xlsx", ".~lock.a.ods#"]
        {
            assert!(is_left_behind(name), "{name}");
        }
        for name in ["leads.csv", "..", ".", "README.txt", "thumbs.csv", "~leads.csv"] {
            assert!(!is_left_behind(name), "{name}");
        }
    }

    #[test]
    fn text_is_plain_to_its_end() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a.csv");
        let is_plain = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            is_large_plain_text(&path).expect("read")
        };
        // The letter lies across the border of two blocks.
        let text = [&vec![b'a'; (1 << 20) - 1], "ü,b\n".as_bytes()].concat();
        assert!(is_plain(&text));
        assert!(!is_plain(&[&text, &b"\0"[..]].concat()));
        assert!(!is_plain(&[&text, &b"J\xFCrgen\n"[..]].concat()));
        assert!(!is_plain(&[&text, &b"\xC3"[..]].concat()), "a letter that is cut off");
        assert!(!is_plain(b"small"));
    }
}
