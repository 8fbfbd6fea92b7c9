//! Character encodings: which one a file has, and its bytes as text.
//!
//! A byte-order mark decides; then the pattern of NUL bytes that UTF-16 leaves in Western and Cyrillic text; then
//! whether the whole file is valid UTF-8; then a guess among the single-byte encodings that CRM exports come in.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

/// The encoding of this label as the WHATWG Encoding Standard knows it ("windows-1252", "latin1", "cp1251").
pub fn named(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes())
}

/// The encoding of a whole file.
pub fn detect(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf16_by_nul_pattern(bytes) {
        return encoding;
    }
    if mostly_utf8(bytes) { UTF_8 } else { guess_single_byte(bytes) }
}

/// A file's bytes in a form whose delimiters, quotes and line ends are the ASCII bytes: as they came for UTF-8 and
/// single-byte encodings, whose cells are decoded one by one, transcoded to UTF-8 for all others.
#[derive(Debug, Clone)]
pub struct Decoded {
    content: Content,
    /// Length of the byte-order mark.
    mark: usize,
    /// Their encoding now.
    pub encoding: &'static Encoding,
    /// Whether transcoding put U+FFFD where nothing could be decoded.
    pub marked: bool,
}

/// What is UTF-8 throughout is checked once, not cell by cell.
#[derive(Debug, Clone)]
enum Content {
    Text(String),
    Bytes(Vec<u8>),
}

/// Prepares a file's bytes. UTF-16's byte order follows its mark, whichever of the two was named.
pub fn decode(bytes: Vec<u8>, encoding: &'static Encoding) -> Decoded {
    let bom = Encoding::for_bom(&bytes);
    let encoding = match bom {
        Some((by_mark, _)) if is_utf16(encoding) && is_utf16(by_mark) => by_mark,
        _ => encoding,
    };
    let mark = bom.map_or(0, |(by_mark, length)| if by_mark == encoding { length } else { 0 });
    if !is_transcoded(encoding) {
        let content = match String::from_utf8(bytes) {
            Ok(text) if encoding == UTF_8 || text.is_ascii() => Content::Text(text),
            Ok(text) => Content::Bytes(text.into_bytes()),
            Err(damaged) => Content::Bytes(damaged.into_bytes()),
        };
        return Decoded { content, mark, encoding, marked: false };
    }
    let (text, marked) = encoding.decode_without_bom_handling(&bytes[mark..]);
    Decoded { content: Content::Text(text.into_owned()), mark: 0, encoding: UTF_8, marked }
}

impl Decoded {
    /// The bytes, without byte-order mark.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => &text.as_bytes()[self.mark..],
            Content::Bytes(bytes) => &bytes[self.mark..],
        }
    }

    /// The bytes as they came, unless they were transcoded.
    pub fn stored(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => text.as_bytes(),
            Content::Bytes(bytes) => bytes,
        }
    }

    /// The bytes without mark, where all of them are good text.
    pub fn utf8(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) if !self.marked => text.get(self.mark..),
            _ => None,
        }
    }

    /// A cell's text, and whether some of it could not be decoded (U+FFFD stands there).
    pub fn text<'a>(&self, cell: &'a [u8]) -> (Cow<'a, str>, bool) {
        match std::str::from_utf8(cell) {
            Ok(text) if self.encoding == UTF_8 => (Cow::Borrowed(text), self.marked && text.contains('\u{FFFD}')),
            Ok(text) if text.is_ascii() => (Cow::Borrowed(text), false),
            _ => self.encoding.decode_without_bom_handling(cell),
        }
    }
}

/// Whether bytes in this encoding are turned into UTF-8 before they are read.
pub fn is_transcoded(encoding: &'static Encoding) -> bool {
    encoding != UTF_8 && !encoding.is_single_byte()
}

/// Whether the encoding is UTF-16 in either byte order.
pub fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 without a mark: the high byte of each ASCII character is NUL, so NULs are frequent and all on one side.
fn utf16_by_nul_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(64 * 1024) & !1];
    let nuls = |side: usize| sample.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    // At least the separators, line ends and digits: a tenth of the characters.
    if even + odd < 2 || (even + odd) * 10 < sample.len() / 2 {
        return None;
    }
    let encoding = match (even, odd) {
        (0, _) => UTF_16LE,
        (_, 0) => UTF_16BE,
        _ => return None,
    };
    // The sample may end between the halves of a surrogate pair.
    let whole = &sample[..(sample.len() - 2).max(2)];
    (!encoding.decode_without_bom_handling(whole).1).then_some(encoding)
}

/// Valid UTF-8, or nearly: in other encodings multi-byte sequences are valid only by a rare accident, so a file with
/// more valid than broken ones is UTF-8 with damage.
fn mostly_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid >= 2 * broken
}

/// A guess among Windows-1250, -1251, -1252 and ISO-8859-x from the lines that are not plain ASCII.
fn guess_single_byte(bytes: &[u8]) -> &'static Encoding {
    const ENOUGH: usize = 1 << 20;
    let mut detector = EncodingDetector::new();
    let (mut fed, mut high, mut runs, mut after_high) = (0, 0_usize, 0_usize, false);
    for line in bytes.split(|&byte| byte == b'\n' || byte == b'\r').filter(|line| !line.is_ascii()) {
        let line = &line[..line.len().min(ENOUGH)];
        detector.feed(line, false);
        detector.feed(b"\n", false);
        for &byte in line {
            let is_high = byte >= 0x80;
            high += usize::from(is_high);
            runs += usize::from(is_high && !after_high);
            after_high = is_high;
        }
        after_high = false;
        fed += line.len();
        if fed >= ENOUGH {
            break;
        }
    }
    let (guess, confident) = detector.guess_assess(None, false);
    // Cyrillic words are runs of high bytes; Western accents stand alone.
    let in_runs = high >= 3 * runs;
    match guess.name() {
        "windows-1251" | "ISO-8859-5" if in_runs => guess,
        "windows-1250" | "ISO-8859-2" | "ISO-8859-7" if confident && !in_runs => guess,
        _ if in_runs => WINDOWS_1251,
        _ => WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{ISO_8859_2, WINDOWS_1250};

    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text} is not in {}", encoding.name());
        bytes.into_owned()
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    const GERMAN: &str = "Vorname;Nachname;Stadt\nJürgen;Müller;Köln\nAndré;Strauß;Nürnberg\n";
    const SPANISH: &str = "Nombre,Ciudad\nMaría Muñoz,La Coruña\nJosé Ibáñez,Cádiz\n";
    const BULGARIAN: &str = "Име;Фамилия;Град\nАна;Кирова;Пловдив\nГеорги;Димитров;Велико Търново\n";
    const POLISH: &str = "Imię;Nazwisko;Miasto\nŁukasz;Wiśniewski;Łódź\nMałgorzata;Dąbrowska;Gdańsk\n";

    #[test]
    fn detection() {
        let one_accent = |text: &str| encoded(text, WINDOWS_1252);
        let cases: Vec<(&str, Vec<u8>, &'static Encoding)> = vec![
            ("ascii", b"a,b\n1,2\n".to_vec(), UTF_8),
            ("utf-8", GERMAN.as_bytes().to_vec(), UTF_8),
            ("utf-8 bom", [b"\xEF\xBB\xBF", GERMAN.as_bytes()].concat(), UTF_8),
            ("utf-16le bom", [b"\xFF\xFE".to_vec(), utf16(GERMAN, true)].concat(), UTF_16LE),
            ("utf-16be bom", [b"\xFE\xFF".to_vec(), utf16(GERMAN, false)].concat(), UTF_16BE),
            ("utf-16le", utf16(GERMAN, true), UTF_16LE),
            ("utf-16be", utf16(GERMAN, false), UTF_16BE),
            ("utf-16le cyrillic", utf16(BULGARIAN, true), UTF_16LE),
            ("german", encoded(GERMAN, WINDOWS_1252), WINDOWS_1252),
            ("spanish", encoded(SPANISH, WINDOWS_1252), WINDOWS_1252),
            ("e acute", one_accent("name,city\nAndré,Rouen\n"), WINDOWS_1252),
            ("u umlaut", one_accent("name,city\nMüller,Rom\n"), WINDOWS_1252),
            ("n tilde", one_accent("name,city\nMuñoz,Rom\n"), WINDOWS_1252),
            ("euro sign", one_accent("name,budget\nMiller,9000 €\n"), WINDOWS_1252),
            ("bulgarian", encoded(BULGARIAN, WINDOWS_1251), WINDOWS_1251),
            ("one cyrillic word", encoded("name,city\nIvan,София\n", WINDOWS_1251), WINDOWS_1251),
            ("polish", encoded(POLISH, WINDOWS_1250), WINDOWS_1250),
            ("polish iso", encoded(POLISH, ISO_8859_2), ISO_8859_2),
        ];
        for (case, bytes, expected) in cases {
            assert_eq!(detect(&bytes).name(), expected.name(), "{case}");
        }
    }

    #[test]
    fn an_accent_after_a_megabyte_of_ascii_counts() {
        let mut bytes = b"name,city\n".repeat(200_000);
        bytes.extend(encoded("Müller,Köln\n", WINDOWS_1252));
        assert_eq!(detect(&bytes), WINDOWS_1252);
        let mut bytes = b"name,city\n".repeat(200_000);
        bytes.extend("Müller,Köln\n".as_bytes());
        assert_eq!(detect(&bytes), UTF_8);
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let mut bytes = GERMAN.repeat(10).into_bytes();
        bytes.extend(b"broken \xFF here\n");
        assert_eq!(detect(&bytes), UTF_8);
    }

    #[test]
    fn cells_decode() {
        let western = decode(encoded("Müller", WINDOWS_1252), WINDOWS_1252);
        assert_eq!(western.text(western.bytes()), (Cow::Borrowed("Müller"), false));
        let broken = decode(b"M\xFCller".to_vec(), UTF_8);
        assert_eq!(broken.text(broken.bytes()), (Cow::Borrowed("M\u{FFFD}ller"), true));
        let lone_surrogate = decode(vec![0xFF, 0xFE, b'a', 0, 0x00, 0xD8, b'b', 0], UTF_16LE);
        assert_eq!(lone_surrogate.text(lone_surrogate.bytes()), (Cow::Borrowed("a\u{FFFD}b"), true));
        let meant = decode("a\u{FFFD}b".as_bytes().to_vec(), UTF_8);
        assert_eq!(meant.text(meant.bytes()), (Cow::Borrowed("a\u{FFFD}b"), false));
    }

    #[test]
    fn marks_are_dropped_and_set_the_byte_order() {
        let bytes = [b"\xFE\xFF".to_vec(), utf16("é", false)].concat();
        let decoded = decode(bytes, UTF_16LE);
        assert_eq!(decoded.bytes(), "é".as_bytes());
        assert_eq!(decode(b"\xEF\xBB\xBFa".to_vec(), UTF_8).bytes(), b"a");
        assert_eq!(named(" cp1251 "), Some(WINDOWS_1251));
        assert_eq!(named("klingon"), None);
    }
}
