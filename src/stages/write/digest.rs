//! What stands in a folder, as a hash of each file.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

/// xxh3-128 of a file's bytes, hexadecimal.
///
/// # Errors
/// When the file cannot be read.
pub fn file_hash(path: &Path) -> io::Result<String> {
    const BLOCK: usize = 1 << 20;
    let mut file = File::open(path)?;
    let mut hash = Xxh3::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(format!("{:032x}", hash.digest128())),
            read => hash.update(&block[..read]),
        }
    }
}

/// The files in a folder, at any depth, by name, each with its [`file_hash`].
///
/// # Errors
/// When something cannot be read.
pub fn file_hashes(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((next, prefix)) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => folders.push((entry.path(), format!("{name}/"))),
                false => files.push((name, entry.path())),
            }
        }
    }
    files.sort();
    files.into_par_iter().with_max_len(1).map(|(name, path)| Ok((name, file_hash(&path)?))).collect()
}
