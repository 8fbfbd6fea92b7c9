//! The name of a configuration: a hash of what it says, whatever its layout, key order and comments.

use std::fmt::Write;

use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_128;

use crate::config::options::tree::{Table, Value};

/// XXH3, 128 bits, hexadecimal, over a canonical dump with the day in place of "today".
pub(super) fn fingerprint(options: &Table, as_of: Date) -> String {
    let mut dump = format!("as_of={as_of}\n");
    table(options, &["as_of"], &mut dump);
    format!("{:032x}", xxh3_128(dump.as_bytes()))
}

fn table(of: &Table, without: &[&str], dump: &mut String) {
    let mut entries: Vec<_> = of.entries.iter().filter(|entry| !without.contains(&entry.key.as_str())).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    dump.push('{');
    for entry in entries {
        let _ = write!(dump, "{:?}:", entry.key);
        value(&entry.node.value, dump);
    }
    dump.push('}');
}

/// Writing to a string cannot fail. `5` and `5.0` mean the same.
fn value(of: &Value, dump: &mut String) {
    let _ = match of {
        Value::Text(text) => write!(dump, "{text:?},"),
        Value::Integer(number) => write!(dump, "{number},"),
        Value::Number(number) => write!(dump, "{number},"),
        Value::Boolean(flag) => write!(dump, "{flag},"),
        Value::Moment(text) => write!(dump, "{text},"),
        Value::List(items) => {
            dump.push('[');
            items.iter().for_each(|item| value(&item.value, dump));
            dump.push(']');
            Ok(())
        }
        Value::Table(entries) => {
            table(entries, &[], dump);
            Ok(())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::options::tree::parse;

    fn of(text: &str, day: &str) -> String {
        fingerprint(&parse(text, 0).expect("valid TOML"), day.parse().expect("a date"))
    }

    #[test]
    fn layout_does_not_matter_but_meaning_does() {
        let base = of("name = 'a'\n[score]\nstars = [20, 40, 60, 80]\n", "2026-11-21");
        assert_eq!(base, of("# a comment\nscore.stars = [20.0,40,60,80]\nname = \"a\"\nas_of = 'today'", "2026-11-21"));
        assert_ne!(base, of("name = 'a'\n[score]\nstars = [20, 40, 60, 80]\n", "2026-11-22"));
        assert_ne!(base, of("name = 'a'\n[score]\nstars = [40, 20, 60, 80]\n", "2026-11-21"));
        assert_ne!(base, of("name = 'b'\n[score]\nstars = [20, 40, 60, 80]\n", "2026-11-21"));
        assert_eq!(base.len(), 32);
    }
}
