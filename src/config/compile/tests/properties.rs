//! Whatever stands in a pipeline file, compiling answers.

use proptest::prelude::*;

use super::plans::FULL;
use super::{compile_text, folder, lines};
use crate::config::render;

/// Keys of the full example that a renaming hits: line, key.
fn keys() -> Vec<(usize, &'static str)> {
    let key = |(number, line): (usize, &'static str)| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim();
        key.chars().all(|c| c.is_ascii_alphabetic() || c == '_').then_some((number + 1, key))
    };
    // `survivorship` has keys of the user's choice.
    FULL.lines().enumerate().filter_map(key).filter(|(_, key)| !["phone", "opt_out"].contains(key)).collect()
}

#[test]
fn a_renamed_key_is_always_found() {
    let folder = folder();
    for (number, key) in keys() {
        let rename = |(at, line): (usize, &str)| {
            if at + 1 == number { line.replacen(key, &format!("{key}_x"), 1) } else { line.to_owned() }
        };
        let text: Vec<String> = FULL.lines().enumerate().map(rename).collect();
        let faults = compile_text(folder.path(), &text.join("\n"), &[]).expect_err(key);
        let found: Vec<String> = lines(&faults).into_iter().filter(|line| line.contains(" unknown-key ")).collect();
        let wanted = format!("unknown key `{key}_x`");
        assert!(
            found.len() == 1 && found[0].starts_with(&format!("{number}:1 ")) && found[0].contains(&wanted),
            "{found:?}"
        );
    }
}

#[test]
fn a_wrong_type_is_always_found() {
    let folder = folder();
    for (number, key) in keys() {
        let replace =
            |(at, line): (usize, &str)| if at + 1 == number { format!("{key} = [[[[]]]]") } else { line.to_owned() };
        let text: Vec<String> = FULL.lines().enumerate().map(replace).collect();
        let faults = compile_text(folder.path(), &text.join("\n"), &[]).expect_err(key);
        let here = format!("{number}:");
        let found: Vec<String> = lines(&faults).into_iter().filter(|line| line.starts_with(&here)).collect();
        assert!(found.len() == 1 && found[0].contains(" wrong-type "), "{key}: {found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}", set in "[a-z.=\\[\\]\"0-9 \n]{0,20}") {
        let folder = folder();
        let _ = compile_text(folder.path(), &text, &[&set]).map_err(|faults| render::human(&faults, false));
    }

    #[test]
    fn a_damaged_file_never_panics(at in 0..FULL.len(), length in 0..12usize, put in "[\\PC\n]{0,6}") {
        let mut text = FULL.to_owned();
        let end = (at + length).min(text.len());
        if text.is_char_boundary(at) && text.is_char_boundary(end) {
            text.replace_range(at..end, &put);
        }
        let folder = folder();
        if let Err(faults) = compile_text(folder.path(), &text, &[]) {
            prop_assert!(faults.has_errors());
            prop_assert!(render::human(&faults, true).contains("error"));
            prop_assert!(render::json(&faults)["errors"].as_u64() > Some(0));
        }
    }
}
