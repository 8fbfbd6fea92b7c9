//! The shape of the source tree, held to what the architecture says.

use std::path::{Path, PathBuf};

use crate::workdir::repository;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file with its path under src/.
fn tree() -> Vec<(String, String)> {
    let root = repository().join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (relative(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// What each part may use of the others; a stage, besides, never another stage.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &["model"]),
    ("rules", &["rules", "model"]),
    ("format", &["format", "model"]),
    ("config", &["config", "rules", "format", "model"]),
    ("stages", &["config::plan", "config::preset", "rules", "format", "model"]),
    ("engine", &["config::plan", "model", "engine", "stages::block", "stages::compare", "stages::train"]),
    ("pipeline", &["config::plan", "model", "format", "engine", "stages", "pipeline"]),
    ("cli", &["cli", "config", "pipeline", "engine", "model", "stages"]),
];

/// The paths after `crate::` in a line of code.
fn uses(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices("crate::").map(|(at, found)| &code[at + found.len()..]).collect()
}

fn within(path: &str, allowed: &str) -> bool {
    path.strip_prefix(allowed).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn imports_point_in_one_direction() {
    let mut breaches = Vec::new();
    for (file, text) in tree() {
        let part = file.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == part) else { continue };
        let mut own = Vec::new();
        if part == "stages" {
            let stage = file.trim_start_matches("stages/").split(['/', '.']).next().unwrap();
            own.push(format!("stages::{stage}"));
        }
        let body = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        if file.ends_with("tests.rs") || file.contains("/tests/") {
            continue;
        }
        for (number, line) in body.lines().enumerate() {
            for path in uses(line) {
                let fine =
                    allowed.iter().any(|allowed| within(path, allowed)) || own.iter().any(|own| within(path, own));
                if !fine {
                    breaches.push(format!("src/{file}:{}: crate::{path}", number + 1));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "imports against the direction of use:\n{}", breaches.join("\n"));
}

#[test]
fn files_stay_readable() {
    for (file, text) in tree() {
        let lines = text.lines().count();
        assert!(lines <= 600, "src/{file} has {lines} lines; which two files is it?");
        let data = file == "main.rs" || file == "lib.rs" || text.starts_with("//!");
        assert!(data || file.ends_with("tests.rs") || file.contains("/tests/"), "src/{file} does not say what it is");
    }
}

#[test]
fn nothing_is_left_unfinished() {
    for (file, text) in tree() {
        for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"] {
            assert!(!text.contains(word), "src/{file}: {word}");
        }
    }
}

#[test]
fn stages_print_nothing_and_read_no_clock() {
    for (file, text) in tree() {
        if file.starts_with("cli/") {
            continue;
        }
        for word in ["println!(", "eprintln!(", "SystemTime::now", "Zoned::now", "Timestamp::now"] {
            assert!(!text.contains(word), "src/{file}: {word}");
        }
    }
}
