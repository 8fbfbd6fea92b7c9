//! Character encodings: which one a file has, and its bytes as text.
//!
//! A byte-order mark decides; then the pattern of NUL bytes that UTF-16 leaves in Western and Cyrillic text; then
//! whether the whole file is valid UTF-8; then a guess among the encodings that CRM exports come in. UTF-32, which the
//! Encoding Standard does not know, is made UTF-8 before anything else looks at the file.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// The encoding of this label as the WHATWG Encoding Standard knows it ("windows-1252", "latin1", "cp1251").
/// UTF-32 is UTF-8 by the time that anyone asks.
pub fn named(label: &str) -> Option<&'static Encoding> {
    let label = label.trim();
    let is_utf32 = label.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("utf-32"));
    if is_utf32 { Some(UTF_8) } else { Encoding::for_label(label.as_bytes()) }
}

/// A text in UTF-32 as UTF-8; none where the bytes are no such text. What is no character becomes the byte FF, which
/// is none in UTF-8, either.
pub fn from_utf32(bytes: &[u8]) -> Option<Vec<u8>> {
    const LOOKED_AT: usize = 1024;
    let unit = |four: &[u8], little: bool| {
        let four = four.try_into().unwrap_or_default();
        if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }
    };
    let is_text = |little: bool| {
        let mut units = bytes.chunks_exact(4).take(LOOKED_AT).map(|four| unit(four, little));
        bytes.len() >= 8 && units.all(|unit| unit != 0 && char::from_u32(unit).is_some())
    };
    let little = match bytes {
        [0xFF, 0xFE, 0, 0, ..] => true,
        [0, 0, 0xFE, 0xFF, ..] => false,
        _ if is_text(true) => true,
        _ if is_text(false) => false,
        _ => return None,
    };
    let mut text = Vec::with_capacity(bytes.len() / 2);
    for (at, four) in bytes.chunks(4).enumerate() {
        match (four.len() == 4).then(|| char::from_u32(unit(four, little))).flatten() {
            Some('\u{FEFF}') if at == 0 => {}
            Some(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => text.push(0xFF),
        }
    }
    Some(text)
}

/// The encoding of a whole file.
pub fn detect(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf16_by_nul_pattern(bytes) {
        return encoding;
    }
    if mostly_utf8(bytes) { UTF_8 } else { guess(bytes) }
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

    /// Puts ASCII text before the byte at this position of [`Self::bytes`].
    pub fn insert(&mut self, at: usize, text: &str) {
        let at = self.mark + at;
        match &mut self.content {
            Content::Text(content) => content.insert_str(at, text),
            Content::Bytes(content) => drop(content.splice(at..at, text.bytes())),
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
            // In Western text no letters stand together as the bytes of UTF-8 do: the cell is from another file.
            Ok(text) if self.encoding == WINDOWS_1252 || self.encoding == ISO_8859_15 => (Cow::Borrowed(text), false),
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

/// A guess from the lines that are not plain ASCII.
fn guess(bytes: &[u8]) -> &'static Encoding {
    const ENOUGH: usize = 1 << 20;
    let mut detector = EncodingDetector::new();
    let (mut fed, mut high, mut runs, mut after_high) = (0, 0_usize, 0_usize, false);
    let mut sample = Vec::new();
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
        sample.push(line);
        if fed >= ENOUGH {
            break;
        }
    }
    let (guess, _) = detector.guess_assess(None, false);
    // Words of other scripts are runs of high bytes; Western accents stand alone.
    let in_runs = high >= 3 * runs;
    let is_clean =
        || sample.iter().all(|line| guess.decode_without_bom_handling_and_without_replacement(line).is_some());
    match guess.name() {
        "windows-1251" | "ISO-8859-5" | "KOI8-U" | "IBM866" if in_runs => guess,
        "windows-1253" | "ISO-8859-7" | "windows-1255" | "ISO-8859-8" | "windows-1256" | "windows-874" if in_runs => {
            guess
        }
        "Shift_JIS" | "EUC-JP" | "EUC-KR" | "GBK" | "gb18030" | "Big5" if is_clean() => guess,
        _ if !in_runs && has_euro_sign_of_iso(&sample) => ISO_8859_15,
        "windows-1250" | "ISO-8859-2" | "windows-1254" | "windows-1257" | "ISO-8859-4" if !in_runs => guess,
        _ if in_runs => WINDOWS_1251,
        _ if is_hungarian(&sample) => WINDOWS_1250,
        _ => WINDOWS_1252,
    }
}

/// Hungarian differs from Western text in two letters only, which are õ and û there. Who writes those writes others,
/// too: ã and ç in Portugal, where õ stands before e, ä in Estonia, è and ê in France; none has á, í, ó and ú besides.
fn is_hungarian(lines: &[&[u8]]) -> bool {
    const DOUBLE: &[u8] = b"\xd5\xdb\xf5\xfb";
    const ACUTE: &[u8] = b"\xc1\xcd\xd3\xda\xe1\xed\xf3\xfa";
    const SHARED: &[u8] = b"\xc9\xd6\xdc\xe9\xf6\xfc";
    let (mut double, mut before_e, mut acute, mut shared, mut foreign) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for line in lines {
        let next = line.iter().skip(1).chain(b"\n");
        for (byte, next) in line.iter().zip(next).filter(|(byte, _)| **byte >= 0xC0) {
            match byte {
                _ if DOUBLE.contains(byte) => {
                    double += 1;
                    before_e += usize::from(next.eq_ignore_ascii_case(&b'e'));
                }
                _ if ACUTE.contains(byte) => acute += 1,
                _ if SHARED.contains(byte) => shared += 1,
                _ => foreign += 1,
            }
        }
    }
    double > 2 * before_e && acute > 0 && 20 * foreign <= double + acute + shared
}

/// Where ISO-8859-15 has the euro sign, the others have a currency sign that nobody writes; and bytes that only Windows
/// uses are letters and quotes.
fn has_euro_sign_of_iso(lines: &[&[u8]]) -> bool {
    let mut bytes = lines.iter().flat_map(|line| line.iter());
    lines.iter().any(|line| line.contains(&0xA4)) && !bytes.any(|byte| (0x80..0xA0).contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{EUC_KR, GBK, IBM866, ISO_8859_2, KOI8_U, SHIFT_JIS, WINDOWS_1253, WINDOWS_1254};

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
            ("bulgarian koi8", encoded(BULGARIAN, KOI8_U), KOI8_U),
            ("bulgarian dos", encoded(BULGARIAN, IBM866), IBM866),
            ("one cyrillic word in koi8", encoded("name,city\nIvan,Москва\n", KOI8_U), KOI8_U),
            ("greek", encoded("Όνομα,Πόλη\nΓιώργος,Αθήνα\nΜαρία,Θεσσαλονίκη\n", WINDOWS_1253), WINDOWS_1253),
            ("turkish", encoded("Ad,Soyad\nAyşe,Yılmaz\nŞükrü,Doğan\n", WINDOWS_1254), WINDOWS_1254),
            ("japanese", encoded("氏名,会社\n山田太郎,株式会社トヨタ\n佐藤花子,ソニー\n", SHIFT_JIS), SHIFT_JIS),
            ("chinese", encoded("姓名,公司\n王伟,华为技术有限公司\n李娜,阿里巴巴\n", GBK), GBK),
            ("korean", encoded("이름,회사\n김철수,삼성전자\n이영희,현대자동차\n", EUC_KR), EUC_KR),
            ("euro sign iso", encoded("Prénom;Budget\nHélène;1200 €\n", ISO_8859_15), ISO_8859_15),
            ("swedish", one_accent("name,city\nÅsa Sjöö,Växjö\nBjörn Åkesson,Luleå\n"), WINDOWS_1252),
            ("portuguese", one_accent("name,city\nJoão Conceição,São Paulo\nInês Simões,Óbidos\n"), WINDOWS_1252),
            ("upper case german", one_accent("NAME,ORT\nMÜLLER,KÖLN\nGRÖßL,FÜSSEN\n"), WINDOWS_1252),
        ];
        for (case, bytes, expected) in cases {
            assert_eq!(detect(&bytes).name(), expected.name(), "{case}");
        }
    }

    /// As Excel writes a list in Hungary.
    const HUNGARIAN: [&str; 11] = [
        "Vezetéknév;Keresztnév;Cég;Város",
        "Szabó;Győző;Tűzvédelmi Kft.;Győr",
        "Nagy;Ágnes;Kőbányai Sörgyár Zrt.;Budapest",
        "Kovács;Zoltán;Fűtéstechnika Bt.;Kecskemét",
        "Tóth;Erzsébet;Hűtőgép Kft.;Székesfehérvár",
        "Horváth;István;Mezőgazdasági Zrt.;Mezőkövesd",
        "Varga;Gergő;Erdőfű Kft.;Érd",
        "Kiss;Dezső;Műszer Kft.;Szeged",
        "Molnár;Jenő;Élelmiszer Kft.;Dunaújváros",
        "Németh;Anikó;Könyvelő Bt.;Sopron",
        "Farkas;Béla;Szőlő és Bor Kft.;Eger",
    ];

    #[test]
    fn hungarian() {
        for count in 1..HUNGARIAN.len() {
            for first in 1..=HUNGARIAN.len() - count {
                let list = [&HUNGARIAN[..1], &HUNGARIAN[first..first + count]].concat().join("\r\n");
                let found = detect(&encoded(&list, WINDOWS_1250));
                let bytes = encoded(&list, WINDOWS_1250);
                assert_eq!(found.decode_without_bom_handling(&bytes).0, list, "{} {list}", found.name());
            }
        }
        for western in [
            "nome;cidade\nSimões;Óbidos\nJosé Camões;Évora\n",
            "nom;ville\nBrûlé;Août\nRené Goût;Orléans\n",
            "nimi;linn\nTõnu Jõgi;Põltsamaa\nÜlo Kõiv;Võru\n",
            "Name;Ort\nBjörn Müller;Köln\nAndré Groß;Nürnberg\n",
            "nombre;ciudad\nJosé Núñez;Cádiz\nRamón Gómez;León\n",
            "namn;ort\nÅsa Sjö;Växjö\nLúcia Õ;Óbidos\n",
        ] {
            let found = detect(&encoded(western, WINDOWS_1252));
            assert_eq!(
                found.decode_without_bom_handling(&encoded(western, WINDOWS_1252)).0,
                western,
                "{}",
                found.name()
            );
        }
    }

    #[test]
    fn utf32_becomes_utf8() {
        let units = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
        let little = |text: &str| units(text).into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
        let big = |text: &str| units(text).into_iter().flat_map(u32::to_be_bytes).collect::<Vec<u8>>();
        for text in [GERMAN, BULGARIAN, "a,b\n😀,1\n"] {
            for bytes in [little(text), big(text), little(&format!("\u{FEFF}{text}")), big(&format!("\u{FEFF}{text}"))]
            {
                assert_eq!(from_utf32(&bytes).as_deref(), Some(text.as_bytes()));
            }
            assert_eq!(from_utf32(text.as_bytes()), None);
            assert_eq!(from_utf32(&utf16(text, true)), None);
            assert_eq!(from_utf32(&utf16(text, false)), None);
        }
        let cut = [&little("\u{FEFF}ab")[..], &[0, 0, 0xFF, 0xFF, b'c']].concat();
        assert_eq!(from_utf32(&cut).as_deref(), Some(&b"ab\xFF\xFF"[..]));
        assert_eq!((from_utf32(b""), from_utf32(b"a\0\0\0")), (None, None));
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
        let mixed = decode([&encoded("Müller", WINDOWS_1252)[..], b",J\xc3\xbcrgen"].concat(), WINDOWS_1252);
        let cells: Vec<_> = mixed.bytes().split(|&byte| byte == b',').map(|cell| mixed.text(cell).0).collect();
        assert_eq!(cells, ["Müller", "Jürgen"]);
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
