//! The tags of an XML text, which must be as programs write it: each closed, in order. Readers of workbooks go on for
//! ever, or ask for all memory there is, where a tag or the text behind one is missing.

use memchr::{memchr, memmem};

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag<'t> {
    /// `<name key="value">`, or the first half of `<name/>`.
    Start(Element<'t>),
    /// `</name>`, or the second half of `<name/>`.
    End(&'t [u8]),
}

/// What a tag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'t> {
    pub(super) name: &'t [u8],
    attributes: &'t [u8],
}

impl<'t> Element<'t> {
    /// The attributes: key, and value as it is written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'t [u8], &'t [u8])> + use<'t> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (key, value, after) = attribute(rest)?;
            rest = after;
            Some((key, value))
        })
    }

    /// An attribute's number, 1 without the attribute; none where it is no number.
    pub(super) fn number(&self, wanted: &[u8]) -> Option<u64> {
        match self.attributes().find(|(key, _)| *key == wanted) {
            Some((_, value)) => std::str::from_utf8(value).ok()?.parse().ok(),
            None => Some(1),
        }
    }
}

/// Shows all tags, with the place where each ends.
pub(super) fn tags<'t>(
    text: &'t [u8],
    mut see: impl FnMut(Tag<'t>, usize) -> Result<(), String>,
) -> Result<(), String> {
    let broken = || "its XML is broken".to_owned();
    let mut open: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr(b'<', &text[at..]) {
        at += start + 1;
        let rest = &text[at..];
        let aside = [(&b"!--"[..], &b"-->"[..]), (b"![CDATA[", b"]]>"), (b"?", b"?>")];
        if let Some((opening, closing)) = aside.into_iter().find(|(opening, _)| rest.starts_with(opening)) {
            let end = memmem::find(&rest[opening.len()..], closing).ok_or_else(broken)?;
            at += opening.len() + end + closing.len();
            continue;
        }
        if let Some(inside) = rest.strip_prefix(b"/") {
            let end = memchr(b'>', inside).ok_or_else(broken)?;
            at += end + 2;
            let name = inside[..end].trim_ascii_end();
            if open.pop() != Some(name) {
                return Err(broken());
            }
            see(Tag::End(name), at)?;
            continue;
        }
        let name = &rest[..rest.iter().position(|&byte| !is_name(byte)).ok_or_else(broken)?];
        let attributes = &rest[name.len()..];
        let mut after = attributes;
        while let Some((_, _, more)) = attribute(after) {
            after = more;
        }
        let length = attributes.len() - after.len();
        let element = Element { name, attributes: &attributes[..length] };
        let (closed, end) = match after.trim_ascii_start() {
            [b'>', after @ ..] => (false, after),
            [b'/', b'>', after @ ..] => (true, after),
            _ => return Err(broken()),
        };
        if name.is_empty() {
            return Err(broken());
        }
        at = text.len() - end.len();
        see(Tag::Start(element), at)?;
        match closed {
            true => see(Tag::End(name), at)?,
            false => open.push(name),
        }
    }
    if open.is_empty() { Ok(()) } else { Err(broken()) }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || byte >= 0x80
}

/// The attribute that a text begins with: key, value, and what follows.
fn attribute(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let begin = text.trim_ascii_start();
    let (key, rest) = begin.split_at(begin.iter().position(|&byte| !is_name(byte))?);
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (&quote, rest) = rest.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let end = memchr(quote, rest)?;
    (begin.len() < text.len() && !key.is_empty()).then_some((key, &rest[..end], &rest[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<String, String> {
        let mut told = String::new();
        tags(text.as_bytes(), |tag, at| {
            let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            told += &match tag {
                Tag::Start(element) => {
                    let attributes = element.attributes().map(|(key, value)| format!(" {}={}", show(key), show(value)));
                    format!("({}{} ", show(element.name), attributes.collect::<String>())
                }
                Tag::End(name) => format!("{}){at} ", show(name)),
            };
            Ok(())
        })?;
        Ok(told)
    }

    #[test]
    fn tags_as_programs_write_them() {
        let text = "<?xml version=\"1.0\"?><!-- <x> --><a:b c=\"1>2\" d = '\"'\n>text<e/><![CDATA[</a:b>]]></a:b >";
        assert_eq!(told(text), Ok("(a:b c=1>2 d=\" (e e)63 a:b)88 ".to_owned()));
        assert_eq!(told("no tag > at all"), Ok(String::new()));
    }

    #[test]
    fn broken_text_is_refused() {
        let cases = [
            "<a>",
            "</a>",
            "<a></b>",
            "<a><b></a></b>",
            "<a",
            "<a b=\"",
            "<a b=1/>",
            "<a b></a>",
            "<a b=\"1\"c=\"2\"/>",
            "<>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>",
            "<!-- ",
            "<![CDATA[",
            "< a/>",
        ];
        for text in cases {
            assert!(told(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_attributes() {
        let cases =
            [("<a n=\"3\"/>", Some(3)), ("<a/>", Some(1)), ("<a n=\"&#51;\"/>", None), ("<a m=\"3\"/>", Some(1))];
        for (text, expected) in cases {
            tags(text.as_bytes(), |tag, _| {
                if let Tag::Start(element) = tag {
                    assert_eq!(element.number(b"n"), expected, "{text}");
                }
                Ok(())
            })
            .unwrap();
        }
    }
}
