//! What a file is, by its content: the name's extension is not asked.

use super::flat;

/// A kind of file that the first bytes (and for some the last) give away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Text, so presumably a delimited file.
    Text,
    /// A zip container that holds a workbook (.xlsx).
    Workbook,
    /// An OLE2 container: a workbook or document of Office 97 to 2003 (.xls, .msg).
    OldOffice,
    /// A mail (.eml).
    Mail,
    /// Many mails in one file (mbox).
    Mailbox,
    /// Address cards (.vcf).
    Cards,
    /// Apache Parquet.
    Parquet,
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

impl FileKind {
    /// The kind of these bytes (the whole file).
    pub fn of(bytes: &[u8]) -> Self {
        const MAGIC: &[(&[u8], FileKind)] = &[
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::OldOffice),
            (b"\x1f\x8b", FileKind::Gzip),
            (b"%PDF-", FileKind::Pdf),
            (b"\x89PNG\r\n\x1a\n", FileKind::Picture),
            (b"\xff\xd8\xff", FileKind::Picture),
            (b"\x7fELF", FileKind::Program),
        ];
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            // The parts' names stand in the clear; a workbook's are under xl/.
            let head = &bytes[..bytes.len().min(64 * 1024)];
            let workbook = head.windows(3).any(|part| part == b"xl/");
            return if workbook { Self::Workbook } else { Self::Zip };
        }
        // Four letters could begin a header: Parquet repeats them at the end.
        if bytes.len() >= 12 && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1") {
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
            Self::Text
        }
    }

    /// What a user calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "a text file",
            Self::Workbook => "an Excel workbook",
            Self::OldOffice => "an old Excel workbook (.xls) or Office document",
            Self::Mail => "a mail",
            Self::Mailbox => "a mailbox",
            Self::Cards => "an address card",
            Self::Parquet => "a Parquet file",
            Self::Zip => "a zip archive",
            Self::Gzip => "a gzip archive",
            Self::Pdf => "a PDF document",
            Self::Picture => "a picture",
            Self::Program => "a program",
        }
    }

    /// What to do about it, where delimited text is wanted.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Workbook | Self::OldOffice => "save the sheet as CSV (UTF-8) and name that file",
            Self::Zip | Self::Gzip => "it is packed too often; unpack it and name the file inside",
            _ => "export the data as CSV and name that file",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_gives_the_kind_away() {
        let cases: &[(&[u8], FileKind)] = &[
            (b"PK\x03\x04....xl/workbook.xml", FileKind::Workbook),
            (b"PK\x03\x04....word/document.xml", FileKind::Zip),
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
        ];
        for (bytes, kind) in cases {
            assert_eq!(FileKind::of(bytes), *kind, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
