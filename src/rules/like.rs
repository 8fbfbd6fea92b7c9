//! LIKE and regular expressions: patterns become tests of text once, when the condition is compiled.

use polars::polars_utils::regex_cache::compile_regex;

/// Longest regular expression, in bytes; the regex crate itself bounds the compiled size.
const MAX_REGEX: usize = 2_000;

/// A compiled pattern.
pub(super) type TextTest = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// The test that a LIKE pattern stands for; `%` is any text, `_` any character, the escape takes them literally.
pub(super) fn like(pattern: &str, escape: Option<char>, any_case: bool) -> Result<TextTest, String> {
    let parts = parts(pattern, escape)?;
    let literal = |parts: &[Part]| -> Option<String> {
        parts.iter().map(|part| if let Part::Literal(c) = part { Some(*c) } else { None }).collect()
    };
    if !any_case {
        match parts.as_slice() {
            [Part::Any] => return Ok(Box::new(|_| true)),
            [Part::Any, middle @ .., Part::Any] if literal(middle).is_some() => {
                let wanted = literal(middle).unwrap_or_default();
                return Ok(Box::new(move |text| text.contains(&wanted)));
            }
            [Part::Any, end @ ..] if literal(end).is_some() => {
                let wanted = literal(end).unwrap_or_default();
                return Ok(Box::new(move |text| text.ends_with(&wanted)));
            }
            [begin @ .., Part::Any] if literal(begin).is_some() => {
                let wanted = literal(begin).unwrap_or_default();
                return Ok(Box::new(move |text| text.starts_with(&wanted)));
            }
            all => {
                if let Some(wanted) = literal(all) {
                    return Ok(Box::new(move |text| text == wanted));
                }
            }
        }
    }
    let mut source = String::from(if any_case { "(?si)^" } else { "(?s)^" });
    for part in parts {
        match part {
            Part::Any => source.push_str(".*"),
            Part::One => source.push('.'),
            Part::Literal(character) => {
                if character.is_ascii_punctuation() {
                    source.push('\\');
                }
                source.push(character);
            }
        }
    }
    source.push('$');
    compiled(&source)
}

/// The test of a regular expression, which may match anywhere in the text.
pub(super) fn regex(pattern: &str, any_case: bool) -> Result<TextTest, String> {
    if pattern.len() > MAX_REGEX {
        return Err(format!("it is longer than {MAX_REGEX} bytes"));
    }
    // Checked on its own first: a flag in front would turn up in the message.
    let test = compiled(pattern)?;
    if any_case { compiled(&format!("(?i){pattern}")) } else { Ok(test) }
}

enum Part {
    Any,
    One,
    Literal(char),
}

fn parts(pattern: &str, escape: Option<char>) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        parts.push(match character {
            c if Some(c) == escape => match characters.next() {
                Some(next) => Part::Literal(next),
                None => return Err("its last character is the escape character".to_owned()),
            },
            '%' if matches!(parts.last(), Some(Part::Any)) => continue,
            '%' => Part::Any,
            '_' => Part::One,
            other => Part::Literal(other),
        });
    }
    Ok(parts)
}

fn compiled(pattern: &str) -> Result<TextTest, String> {
    match compile_regex(pattern) {
        Ok(regex) => Ok(Box::new(move |text| regex.is_match(text))),
        Err(error) => {
            let text = error.to_string();
            let reason = text.lines().rev().find_map(|line| line.trim().strip_prefix("error: ")).unwrap_or(&text);
            Err(reason.to_owned())
        }
    }
}
