//! What a file is, by its content: the name's extension is not asked.

use std::borrow::Cow;

use memchr::memmem;

use super::flat::workbook::{is_encrypted, is_workbook};
use super::{encoding, flat};

/// A kind of file that the first bytes (and for some the last) give away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Text, so presumably a delimited file.
    Text,
    /// A workbook with sheets.
    Workbook(Storage),
    /// A workbook or document that is protected with a password.
    Locked,
    /// A document of Word, PowerPoint or LibreOffice Writer in a zip container.
    Document,
    /// An OLE2 container of something else: a document of Office 97 to 2003 (.doc, .msg).
    OldOffice,
    /// A mail (.eml).
    Mail,
    /// Many mails in one file (mbox).
    Mailbox,
    /// Address cards (.vcf).
    Cards,
    /// Apache Parquet.
    Parquet,
    /// JSON: an array or object, or one a line.
    Json,
    /// A page of the web without a table.
    Html,
    /// Another zip container.
    Zip,
    /// gzip.
    Gzip,
    /// PDF.
    Pdf,
    /// A picture.
    Picture,
    /// A program.
    Program,
}

/// How a workbook is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Excel 2007 and later: XML in a zip container.
    Xlsx,
    /// The same with binary parts.
    Xlsb,
    /// Excel 97 to 2003.
    Xls,
    /// LibreOffice and OpenOffice.
    Ods,
    /// The same in one file that is not packed.
    Fods,
    /// XML of Excel 2003; some programs call it .xls.
    SpreadsheetMl,
    /// A page of the web with a table; some programs call it .xls, too.
    Html,
}

impl FileKind {
    /// The kind of these bytes (the whole file, or its beginning).
    pub fn of(bytes: &[u8]) -> Self {
        const MAGIC: &[(&[u8], FileKind)] = &[
            (b"\x1f\x8b", FileKind::Gzip),
            (b"%PDF-", FileKind::Pdf),
            (b"\x89PNG\r\n\x1a\n", FileKind::Picture),
            (b"\xff\xd8\xff", FileKind::Picture),
            (b"\x7fELF", FileKind::Program),
        ];
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return zipped(bytes);
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return match (is_encrypted(bytes), is_workbook(bytes)) {
                (true, _) => Self::Locked,
                (_, true) => Self::Workbook(Storage::Xls),
                _ => Self::OldOffice,
            };
        }
        // Four letters could begin a header: Parquet repeats them at the end, and of one that is cut off, the pages have
        // other bytes than a text.
        let is_parquet = || bytes.ends_with(b"PAR1") || bytes[..bytes.len().min(64)].contains(&0);
        if bytes.len() >= 12 && bytes.starts_with(b"PAR1") && is_parquet() {
            return Self::Parquet;
        }
        let by_magic = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, kind)| kind);
        by_magic.unwrap_or_else(|| Self::of_text(bytes))
    }

    fn of_text(bytes: &[u8]) -> Self {
        if flat::is_cards(bytes) {
            Self::Cards
        } else if flat::is_mailbox(bytes) {
            Self::Mailbox
        } else if flat::is_mail(bytes) {
            Self::Mail
        } else {
            marked_up(bytes)
        }
    }

    /// What a user calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "a text file",
            Self::Workbook(_) => "a workbook",
            Self::Locked => "a document with a password",
            Self::Mail => "a mail",
            Self::Mailbox => "a mailbox",
            Self::Cards => "an address card",
            Self::Document => "a document of an office program",
            Self::OldOffice => "an old Office document",
            Self::Parquet => "a Parquet file",
            Self::Json => "a JSON file",
            Self::Html => "a web page (HTML), whatever its name says",
            Self::Zip => "a zip archive",
            Self::Gzip => "a gzip archive",
            Self::Pdf => "a PDF document",
            Self::Picture => "a picture",
            Self::Program => "a program",
        }
    }

    /// What to do about it, where a table is wanted.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Html => "it may say that a log-in has ended; open it in a browser, and export the data again",
            Self::Zip | Self::Gzip | Self::Workbook(_) | Self::Parquet | Self::Json => {
                "it is packed too often; unpack it and name the file inside"
            }
            Self::Locked => "save it without the password and name that file",
            _ => "export the data as CSV and name that file",
        }
    }
}

/// What a zip container is, by the names of its parts; they stand in the clear.
fn zipped(bytes: &[u8]) -> FileKind {
    const EDGE: usize = 64 * 1024;
    const MIMETYPE: usize = 30;
    // An OpenDocument file says first, and not packed, what it is.
    let start = bytes.get(MIMETYPE..bytes.len().min(256)).unwrap_or_default();
    if start.starts_with(b"mimetypeapplication/vnd.oasis.opendocument.") {
        let is_sheet = memmem::find(start, b"opendocument.spreadsheet").is_some();
        return if is_sheet { FileKind::Workbook(Storage::Ods) } else { FileKind::Document };
    }
    let (head, tail) = (&bytes[..bytes.len().min(EDGE)], &bytes[bytes.len().saturating_sub(EDGE)..]);
    let named = |name: &[u8]| has_part(head, b"PK\x03\x04", 26, name) || has_part(tail, b"PK\x01\x02", 28, name);
    match (named(b"xl/"), named(b"xl/workbook.bin")) {
        (_, true) => FileKind::Workbook(Storage::Xlsb),
        (true, _) => FileKind::Workbook(Storage::Xlsx),
        _ if named(b"word/document.xml") || named(b"ppt/presentation.xml") => FileKind::Document,
        _ => FileKind::Zip,
    }
}

/// Whether an entry with this signature has a name that begins so; its length stands at an offset, the name 4 (in the
/// directory 18) bytes later.
fn has_part(bytes: &[u8], signature: &[u8], length_at: usize, name: &[u8]) -> bool {
    let name_at = length_at + if length_at == 26 { 4 } else { 18 };
    memmem::find_iter(bytes, signature).any(|at| bytes.get(at + name_at..).is_some_and(|rest| rest.starts_with(name)))
}

/// Text with a grammar of its own.
fn marked_up(bytes: &[u8]) -> FileKind {
    const LOOKED_AT: usize = 4096;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let wide = encoding::detect(head);
    let text: Cow<'_, [u8]> = match encoding::is_utf16(wide) {
        true => Cow::Owned(wide.decode(head).0.into_owned().into_bytes()),
        false => Cow::Borrowed(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)),
    };
    let text = text.trim_ascii_start();
    match text {
        [open @ (b'{' | b'['), inside @ ..] => {
            // A header may be in brackets or braces; then it does not go on like this.
            let next = inside.trim_ascii_start().first();
            let goes_on = match open {
                b'{' => matches!(next, Some(b'"' | b'}')),
                _ => matches!(next, Some(b'{' | b'[' | b']')),
            };
            if goes_on { FileKind::Json } else { FileKind::Text }
        }
        [b'<', ..] => {
            let text = text.to_ascii_lowercase();
            let begins = |tags: &[&[u8]]| tags.iter().any(|tag| text.starts_with(tag));
            let has = |mark: &[u8]| memmem::find(&text, mark).is_some();
            if has(b"urn:schemas-microsoft-com:office:spreadsheet") && !begins(&[b"<html"]) {
                FileKind::Workbook(Storage::SpreadsheetMl)
            } else if begins(&[b"<?xml", b"<office:document"]) && has(b"application/vnd.oasis.opendocument.spreadsheet")
            {
                FileKind::Workbook(Storage::Fods)
            } else if begins(&[
                b"<!doctype html",
                b"<html",
                b"<head",
                b"<meta",
                b"<body",
                b"<table",
                b"<style",
                b"<div",
            ]) || (begins(&[b"<?xml", b"<!--"]) && has(b"<html"))
            {
                FileKind::Workbook(Storage::Html)
            } else {
                FileKind::Text
            }
        }
        _ => FileKind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip entry's head as it stands before its data.
    fn entry(name: &str) -> Vec<u8> {
        let mut head = b"PK\x03\x04".to_vec();
        head.extend([0; 22]);
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0; 2]);
        head.extend(name.as_bytes());
        head
    }

    #[test]
    fn content_gives_the_kind_away() {
        let cases: &[(&[u8], FileKind)] = &[
            (&entry("xl/workbook.xml"), FileKind::Workbook(Storage::Xlsx)),
            (&entry("xl/workbook.bin"), FileKind::Workbook(Storage::Xlsb)),
            (&entry("word/document.xml"), FileKind::Document),
            (&entry("pixel/xl/workbook.xml.csv"), FileKind::Zip),
            (
                &[&entry("mimetype")[..], b"application/vnd.oasis.opendocument.spreadsheet"].concat(),
                FileKind::Workbook(Storage::Ods),
            ),
            (b"PAR1........PAR1", FileKind::Parquet),
            (b"PAR1,PAR2\n1,2\n", FileKind::Text),
            (b"%PDF-1.7", FileKind::Pdf),
            (b"\x1f\x8b\x08", FileKind::Gzip),
            (b"\x89PNG\r\n\x1a\n", FileKind::Picture),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::OldOffice),
            (b"\x7fELF\x02", FileKind::Program),
            (b"name,email\n", FileKind::Text),
            (b"PK,Name\n", FileKind::Text),
            (b"", FileKind::Text),
            (b"{\"name\": \"Ana\"}\n", FileKind::Json),
            (b"\xef\xbb\xbf\n [\n  {", FileKind::Json),
            (b"{}", FileKind::Json),
            (b"\xff\xfe[\0{\0\"\0a\0", FileKind::Json),
            (b"[id],[name]\n1,Ana\n", FileKind::Text),
            (b"{name};{mail}\n", FileKind::Text),
            (b"<table><tr><td>", FileKind::Workbook(Storage::Html)),
            (b"\n<!DOCTYPE HTML>", FileKind::Workbook(Storage::Html)),
            (
                b"<html xmlns:x=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                FileKind::Workbook(Storage::Html),
            ),
            (
                b"<?xml version=\"1.0\"?>\n<office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">",
                FileKind::Workbook(Storage::Fods),
            ),
            (
                b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                FileKind::Workbook(Storage::SpreadsheetMl),
            ),
            (b"<id>,<name>\n1,Ana\n", FileKind::Text),
        ];
        for (bytes, kind) in cases {
            assert_eq!(FileKind::of(bytes), *kind, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
