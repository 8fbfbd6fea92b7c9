//! How deep the columns of a Parquet file lie in one another, found out before its reader goes down there: the stack of
//! a thread ends after a few thousand steps, and the program with it. The footer is in Thrift's compact protocol.

/// Deeper than any export: structs in lists in structs are six or so.
const DEEPEST: usize = 100;

/// Refuses a file whose columns lie too deep in one another.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let broken = || "its footer is broken".to_owned();
    let footer = footer(file).ok_or_else(broken)?;
    let depth = depth(footer).ok_or_else(broken)?;
    match depth > DEEPEST {
        true => Err(format!("its columns lie more than {DEEPEST} levels deep in one another")),
        false => Ok(()),
    }
}

/// What stands before the length and mark at the end.
fn footer(file: &[u8]) -> Option<&[u8]> {
    let (rest, _mark) = file.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    rest.get(rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?..)
}

/// How deep the schema is, up to the first level too many.
fn depth(footer: &[u8]) -> Option<usize> {
    const SCHEMA: i64 = 2;
    let mut footer = Compact { rest: footer };
    let mut deepest = None;
    footer.fields(|footer, field, kind| {
        if field != SCHEMA || kind != LIST || deepest.is_some() {
            return footer.skip(kind, 0);
        }
        // How many children are still to come, of the elements around the next one.
        let mut around: Vec<i64> = Vec::new();
        let mut most = 0;
        for _ in 0..footer.list()?.0 {
            let children = footer.children()?;
            while around.pop_if(|left| *left == 0).is_some() {}
            if let Some(left) = around.last_mut() {
                *left -= 1;
            }
            if children > 0 {
                around.push(children);
            }
            most = most.max(around.len());
            if most > DEEPEST {
                break;
            }
        }
        deepest = Some(most);
        // What follows does not matter.
        None
    });
    deepest
}

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// What is left of a text in Thrift's compact protocol.
struct Compact<'b> {
    rest: &'b [u8],
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for at in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(7 * at)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// The number of items, and their kind.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let length = match head >> 4 {
            15 => self.number()?,
            short => u64::from(short),
        };
        Some((length, head & 15))
    }

    /// Number and kind of each field of a struct; what stands in it is to be read.
    fn fields(&mut self, mut see: impl FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        let mut field = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = match head >> 4 {
                0 => self.signed()?,
                more => field.checked_add(i64::from(more))?,
            };
            see(self, field, head & 15)?;
        }
    }

    /// How many children an element of the schema has.
    fn children(&mut self) -> Option<i64> {
        const CHILDREN: i64 = 5;
        let mut children = 0;
        self.fields(|element, field, kind| {
            if field != CHILDREN {
                return element.skip(kind, 0);
            }
            children = element.signed()?;
            Some(())
        })?;
        Some(children)
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        const MOST: usize = 64;
        if depth > MOST {
            return None;
        }
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.pass(1),
            DOUBLE => self.pass(8),
            BINARY => {
                let length = self.number()?;
                self.pass(length)
            }
            LIST | SET => {
                let (length, kind) = self.list()?;
                (0..length).try_for_each(|_| self.skip_item(kind, depth + 1))
            }
            MAP => {
                let length = self.number()?;
                if length == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..length).try_for_each(|_| {
                    self.skip_item(kinds >> 4, depth + 1)?;
                    self.skip_item(kinds & 15, depth + 1)
                })
            }
            STRUCT => self.fields(|inner, _, kind| inner.skip(kind, depth + 1)),
            4..=6 => self.number().map(|_| ()),
            _ => None,
        }
    }

    /// Of a list or map, where a truth value is a byte.
    fn skip_item(&mut self, kind: u8, depth: usize) -> Option<()> {
        self.skip(if kind == TRUE || kind == FALSE { BYTE } else { kind }, depth)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::export;
    use super::*;

    /// The footer of a schema that goes down so many levels, each with a leaf of its own before the next one.
    fn file(levels: usize) -> Vec<u8> {
        // Field 1: version 1; field 2: the list of elements.
        let mut footer = vec![0x15, 0x02, 0x19, 0xfc];
        let mut length = 2 * levels + 1;
        while length > 0x7f {
            footer.push(length as u8 | 0x80);
            length >>= 7;
        }
        footer.push(length as u8);
        for _ in 0..levels {
            // Field 4: name; field 5: two children.
            footer.extend([0x48, 1, b'a', 0x15, 4, 0]);
            // Field 1: a type; field 4: name; field 10: a struct of a truth value and a list of them.
            footer.extend([0x15, 12, 0x38, 1, b'b', 0x6c, 0x11, 0x19, 0x21, 1, 2, 0, 0]);
        }
        footer.extend([0x15, 12, 0x38, 1, b'c', 0, 0]);
        let length = (footer.len() as u32).to_le_bytes();
        [b"PAR1", &footer[..], &length, b"PAR1"].concat()
    }

    #[test]
    fn levels_are_counted() {
        for levels in [1, 2, 63, DEEPEST] {
            assert_eq!(depth(footer(&file(levels)).unwrap()), Some(levels));
        }
        assert_eq!(check(&file(DEEPEST)), Ok(()));
        assert!(check(&file(DEEPEST + 1)).unwrap_err().contains("levels deep"));
        assert!(check(&file(100_000)).unwrap_err().contains("levels deep"));
    }

    #[test]
    fn files_of_real_programs_are_fine() {
        for (name, levels) in [("pandas", 1), ("pyarrow_none", 4), ("pyarrow_zstd", 4)] {
            let file = export(&format!("{name}.parquet"));
            assert_eq!(depth(footer(&file).unwrap()), Some(levels), "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(footer in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let length = (footer.len() as u32).to_le_bytes();
            let _ = check(&[b"PAR1", &footer[..], &length, b"PAR1"].concat());
            let _ = check(&footer);
        }
    }
}
