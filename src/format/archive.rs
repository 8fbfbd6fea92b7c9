//! Packed files: gzip, and zip archives, which are folders of files. What they unpack to is bounded: a file of a few
//! kilobytes that unpacks to all memory there is was made to do harm.

use std::borrow::Cow;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::error::quoted;
use super::kind::FileKind;
use super::{FormatError, file};

/// What anything may unpack to.
const MOST: u64 = if cfg!(test) { 1 << 20 } else { 256 << 20 };
/// How much larger than packed a larger file may be; text packs to a fifth or a tenth.
const MOST_TIMES: u64 = 100;

/// The file that a path leads to, and what follows it: `leads.zip/may.csv` is a file inside another one.
pub fn located(path: &Path) -> (PathBuf, Option<String>) {
    if !path.exists()
        && let Some(file) = path.ancestors().skip(1).find(|above| above.is_file() || file::is_standard_input(above))
    {
        let inside = path.strip_prefix(file).unwrap_or(path).to_string_lossy().replace('\\', "/");
        return (file.to_owned(), Some(inside));
    }
    (path.to_owned(), None)
}

/// The names of the files in a zip archive, sorted; none where the file is no archive.
///
/// # Errors
/// When the archive is damaged.
pub fn members(path: &Path) -> Result<Option<Vec<String>>, FormatError> {
    let unreadable = |reason| FormatError::Unreadable { path: path.to_owned(), reason };
    if file::is_standard_input(path) {
        return listed(Cursor::new(file::read(path)?), path);
    }
    file::check(path)?;
    listed(std::fs::File::open(path).map_err(unreadable)?, path)
}

fn listed(mut file: impl Read + Seek, path: &Path) -> Result<Option<Vec<String>>, FormatError> {
    let unreadable = |reason| FormatError::Unreadable { path: path.to_owned(), reason };
    let mut head = Vec::with_capacity(64 << 10);
    file.by_ref().take(64 << 10).read_to_end(&mut head).map_err(unreadable)?;
    if FileKind::of(&head) != FileKind::Zip {
        return Ok(None);
    }
    let archive = ZipArchive::new(file).map_err(|why| unusable(path, &why))?;
    Ok(Some(parts(&archive).into_iter().map(|(name, _)| name).collect()))
}

/// The files by their names as they go on behind the archive's, sorted, with the names that they have inside.
fn parts<R: Read + Seek>(archive: &ZipArchive<R>) -> Vec<(String, String)> {
    let names = archive.file_names().filter_map(|name| name.ok().map(Cow::into_owned));
    let mut names: Vec<_> = names.filter_map(|name| Some((shown(&name)?, name))).collect();
    names.sort();
    names
}

/// The name of a file as a path that goes on behind the archive's; none of a folder, and of what systems leave beside
/// the files. A name may begin at the root of another system or climb above the archive: it is a name, and no place.
fn shown(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")).collect();
    let is_left = parts.iter().any(|part| file::is_left_behind(part));
    let is_data = !name.ends_with(['/', '\\']) && !parts.is_empty() && !is_left;
    is_data.then(|| parts.join("/"))
}

/// What a gzip file holds.
///
/// # Errors
/// When it is damaged, or far larger than it looks.
pub fn gunzip(bytes: &[u8], path: &Path) -> Result<Vec<u8>, FormatError> {
    bounded(MultiGzDecoder::new(bytes), bytes.len() as u64, path)
}

/// A file of a zip archive: the named one, or the only one; and what of the name goes on inside that file.
///
/// # Errors
/// When there is no such file, or several and none is named; when the archive is damaged or encrypted.
pub fn unzip<'i>(
    bytes: &[u8],
    inside: Option<&'i str>,
    path: &Path,
) -> Result<(Vec<u8>, Option<&'i str>), FormatError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| unusable(path, &why))?;
    let names = parts(&archive);
    let found = match (inside, &names[..]) {
        (Some(inside), _) => names.iter().find_map(|(shown, name)| {
            let rest = inside.strip_prefix(shown.as_str())?;
            if rest.is_empty() { Some((name, None)) } else { Some((name, Some(rest.strip_prefix('/')?))) }
        }),
        (None, [(_, only)]) => Some((only, None)),
        (None, _) => None,
    };
    let (name, rest) = match found {
        Some((name, rest)) => (name.clone(), rest),
        None => {
            let wanted = inside.map(str::to_owned);
            let parts = names.into_iter().map(|(shown, _)| shown).collect();
            return Err(FormatError::NoSuchPart { path: path.to_owned(), wanted, parts, noun: "file" });
        }
    };
    let file = archive.by_name(&name).map_err(|why| unusable(path, &why))?;
    let packed = file.compressed_size();
    Ok((bounded(file, packed, path)?, rest))
}

fn bounded(reader: impl Read, packed: u64, path: &Path) -> Result<Vec<u8>, FormatError> {
    let mut bytes = Vec::new();
    reader.take(most(packed) + 1).read_to_end(&mut bytes).map_err(|why| damaged(path, &cut_off(&why)))?;
    check_size(bytes.len() as u64, packed).map_err(|what| damaged(path, &what))?;
    Ok(bytes)
}

/// What so many packed bytes may unpack to.
pub(super) fn most(packed: u64) -> u64 {
    MOST.max(packed.saturating_mul(MOST_TIMES))
}

/// Packed bytes that cannot unpack to more than anything may: deflate makes at most 1032 bytes of one.
pub(super) fn harmless() -> u64 {
    MOST / 1032
}

/// Refuses what unpacks to more than that.
pub(super) fn check_size(unpacked: u64, packed: u64) -> Result<(), String> {
    let most = most(packed);
    match unpacked > most {
        true => Err(format!("it unpacks to more than {} MiB, more than any export would", most >> 20)),
        false => Ok(()),
    }
}

/// What is wrong with packed bytes that cannot be unpacked.
pub(super) fn cut_off(why: &impl std::fmt::Display) -> String {
    format!("it is damaged or cut off ({why}); copy or download it again")
}

fn unusable(path: &Path, why: &ZipError) -> FormatError {
    match why {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => {
            FormatError::Locked { path: path.to_owned() }
        }
        why => damaged(path, &cut_off(why)),
    }
}

fn damaged(path: &Path, what: &str) -> FormatError {
    FormatError::Damaged { path: path.to_owned(), what: quoted(what) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn the_named_file_or_the_only_one() {
        let path = Path::new("leads.zip");
        let one = zipped(&[("__MACOSX/._may.csv", b"x"), ("out/may.csv", b"name\nAna\n"), ("out/.DS_Store", b"x")]);
        assert_eq!(unzip(&one, None, path).unwrap(), (b"name\nAna\n".to_vec(), None));
        let two = zipped(&[("may.csv", b"name\nAna\n"), ("june.csv", b"name\nJan\n")]);
        assert_eq!(unzip(&two, Some("june.csv"), path).unwrap(), (b"name\nJan\n".to_vec(), None));
        assert_eq!(unzip(&two, Some("may.csv/Leads"), path).unwrap(), (b"name\nAna\n".to_vec(), Some("Leads")));
        assert!(unzip(&two, Some("may.csv2"), path).is_err());
        let told = |result: Result<(Vec<u8>, Option<&str>), FormatError>| result.unwrap_err().to_string();
        assert_eq!(
            told(unzip(&two, None, path)),
            "`leads.zip` holds more than one file: name one, as in `leads.zip/june.csv` (there are june.csv, may.csv)"
        );
        assert!(told(unzip(&zipped(&[]), None, path)).contains("holds no file"));
        assert!(told(unzip(&two[..two.len() / 2], None, path)).starts_with("`leads.zip` cannot be read"));
    }

    #[test]
    fn gzip_of_several_members_and_what_is_left_of_a_truncated_one() {
        let mut bytes = gzipped(b"name\n");
        bytes.extend(gzipped(b"Ana\n"));
        assert_eq!(gunzip(&bytes, Path::new("leads.csv.gz")).unwrap(), b"name\nAna\n");
        let told = gunzip(&bytes[..bytes.len() - 9], Path::new("leads.csv.gz")).unwrap_err().to_string();
        assert!(told.starts_with("`leads.csv.gz` cannot be read"), "{told}");
    }

    #[test]
    fn what_unpacks_without_end_is_refused() {
        let bomb = gzipped(&vec![b'a'; (MOST + 10) as usize]);
        let told = gunzip(&bomb, Path::new("bomb.gz")).unwrap_err().to_string();
        assert!(told.contains("unpacks to more than 1 MiB"), "{told}");
    }

    #[test]
    fn a_path_goes_on_inside_an_archive() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("leads.zip");
        std::fs::write(&archive, zipped(&[("b.csv", b"x"), ("a/b.csv", b"y")])).unwrap();
        assert_eq!(located(&archive), (archive.clone(), None));
        assert_eq!(located(&archive.join("a/b.csv")), (archive.clone(), Some("a/b.csv".to_owned())));
        assert_eq!(members(&archive).unwrap(), Some(vec!["a/b.csv".to_owned(), "b.csv".to_owned()]));
        let missing = folder.path().join("nothing.csv");
        assert_eq!(located(&missing), (missing.clone(), None));
    }
}
