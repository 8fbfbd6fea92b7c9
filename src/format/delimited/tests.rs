//! Case tables for the reader and for sniffing, and the `csv` crate as an oracle.

use std::fs;

use encoding_rs::{UTF_16LE, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

use super::*;

/// What a reader finds: records as (line, cells), broken ones as (line, fault).
#[derive(Debug, PartialEq)]
enum Seen {
    Row(u64, Vec<String>),
    Broken(u64, Fault),
}

fn seen(input: &[u8], delimiter: u8) -> Vec<Seen> {
    let mut reader = Reader::new(input, delimiter, 1);
    let mut all = Vec::new();
    while let Some(entry) = reader.read() {
        all.push(match entry {
            Entry::Record(record) => {
                Seen::Row(record.line, record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect())
            }
            Entry::Broken { fault, line, .. } => Seen::Broken(line, fault),
        });
    }
    assert_eq!(reader.position(), input.len());
    all
}

fn row(line: u64, cells: &[&str]) -> Seen {
    Seen::Row(line, cells.iter().map(|&cell| cell.to_owned()).collect())
}

#[test]
fn records_and_their_lines() {
    use Fault::UnbalancedQuote as Open;
    let cases: Vec<(&str, Vec<Seen>)> = vec![
        ("", vec![]),
        ("\n\r\n  \n", vec![]),
        ("a,b", vec![row(1, &["a", "b"])]),
        ("a,b\n1,2\n", vec![row(1, &["a", "b"]), row(2, &["1", "2"])]),
        ("a,b\r\n1,2\r\n", vec![row(1, &["a", "b"]), row(2, &["1", "2"])]),
        ("a,b\r1,2\r", vec![row(1, &["a", "b"]), row(2, &["1", "2"])]),
        ("\n\na\n\nb\n", vec![row(3, &["a"]), row(5, &["b"])]),
        ("\r\n\r\na\r\n \t \r\nb", vec![row(3, &["a"]), row(5, &["b"])]),
        ("a,\n,b\n,", vec![row(1, &["a", ""]), row(2, &["", "b"]), row(3, &["", ""])]),
        ("\"a\nb\",c\nd,e\n", vec![row(1, &["a\nb", "c"]), row(3, &["d", "e"])]),
        ("\"a\r\nb\r\nc\",d\r\ne,f", vec![row(1, &["a\r\nb\r\nc", "d"]), row(4, &["e", "f"])]),
        ("\"a\rb\"\rc", vec![row(1, &["a\rb"]), row(3, &["c"])]),
        ("\"say \"\"hi\"\"\",\"\"\"\"\n", vec![row(1, &["say \"hi\"", "\""])]),
        ("\"\"\n\"\",\"\"", vec![row(1, &[""]), row(2, &["", ""])]),
        ("5\" disk,x\n", vec![row(1, &["5\" disk", "x"])]),
        ("\"5\" disk,x\n", vec![row(1, &["5 disk", "x"])]),
        ("\"a\" ,b\n", vec![row(1, &["a", "b"])]),
        ("\"a\nb\" ,\" c \"\t\nd", vec![row(1, &["a\nb", " c "]), row(3, &["d"])]),
        // Between files put together stands a byte-order mark: it is text, with the line end behind it too.
        (
            "a\n\u{FEFF}\"b\"\n\u{FEFF}\nc",
            vec![row(1, &["a"]), row(2, &["\u{FEFF}\"b\""]), row(3, &["\u{FEFF}"]), row(4, &["c"])],
        ),
        // A quote that is never closed, at the end: the lines after it are rows.
        (
            "a,b\n1,\"open\n2,x\n3,y",
            vec![row(1, &["a", "b"]), Seen::Broken(2, Open), row(3, &["2", "x"]), row(4, &["3", "y"])],
        ),
        ("a\n\"", vec![row(1, &["a"]), Seen::Broken(2, Open)]),
        ("a\n\"b\n", vec![row(1, &["a"]), Seen::Broken(2, Open)]),
        ("a\r1,\"open\r2", vec![row(1, &["a"]), Seen::Broken(2, Open), row(3, &["2"])]),
        // In the middle: the next quoted field would close it, were it not for the text behind that quote.
        (
            "a,b\n1,\"open\n2,\"x\"\n3,\"y\"\n",
            vec![row(1, &["a", "b"]), Seen::Broken(2, Open), row(3, &["2", "x"]), row(4, &["3", "y"])],
        ),
        // A record that began with a good quoted newline goes on at its second physical line.
        ("\"p\nq\",\"open\nz\n", vec![Seen::Broken(1, Open), Seen::Broken(2, Open), row(3, &["z"])]),
    ];
    for (input, expected) in cases {
        assert_eq!(seen(input.as_bytes(), b','), expected, "{input:?}");
    }
}

#[test]
fn blanks_between_tabs_are_a_row() {
    assert_eq!(seen(b"a\tb\n\t\n", b'\t'), vec![row(1, &["a", "b"]), row(2, &["", ""])]);
}

#[test]
fn an_open_quote_ends_at_the_limits() {
    let many_lines = format!("a,b\n1,\"open\n{}z,\"late\"\n", "2,x\n".repeat(10_001));
    let found = seen(many_lines.as_bytes(), b',');
    assert_eq!(found[1], Seen::Broken(2, Fault::UnbalancedQuote));
    assert_eq!(found[2], row(3, &["2", "x"]));
    assert_eq!(found.len(), 2 + 10_001 + 1);

    let many_bytes = format!("1,\"open\n2,{}\n3,y\n", "x".repeat(MAX_FIELD_BYTES));
    assert_eq!(seen(many_bytes.as_bytes(), b',')[0], Seen::Broken(1, Fault::UnbalancedQuote));
    let allowed = format!("\"{}\",b\nc,d\n", "x\n".repeat(10_000));
    let found = seen(allowed.as_bytes(), b',');
    assert!(matches!(&found[0], Seen::Row(1, cells) if cells[0].len() == 20_000));
    assert_eq!(found[1], row(10_002, &["c", "d"]));
}

#[test]
fn a_huge_field_costs_one_row() {
    let huge = "x".repeat(MAX_FIELD_BYTES + 1);
    for input in [format!("a,b\n1,{huge},\"p\nq\"\n2,y\n"), format!("a,b\n1,\"{huge}\"\n\n2,y\n")] {
        let found = seen(input.as_bytes(), b',');
        assert_eq!(found, vec![row(1, &["a", "b"]), Seen::Broken(2, Fault::FieldTooLarge), row(4, &["2", "y"])]);
    }
    let largest = format!("{},b\n", "x".repeat(MAX_FIELD_BYTES));
    assert!(matches!(seen(largest.as_bytes(), b',')[..], [Seen::Row(1, _)]));
}

#[test]
fn wide_and_large_records() {
    let (wide, large) = (["x"; 1_000], "y".repeat(200_000));
    let cells = [&large[..], "p\nq", "", &large];
    let text = format!("a\n{}\n{large},\"p\nq\",,{large}\r\n{},\nb\n", wide.join(","), wide.join(",\n"));
    let mut expected = vec![row(1, &["a"]), row(2, &wide), row(3, &cells)];
    expected.extend((5..1_005).map(|line| row(line, &["x", ""])));
    expected.push(row(1_005, &["b"]));
    assert_eq!(seen(text.as_bytes(), b','), expected);
    assert_eq!(seen(text.trim_end().replace("\nb", "").as_bytes(), b',')[..], expected[..expected.len() - 1]);
}

#[test]
fn what_stands_in_the_file_is_kept() {
    let text = b"a,\"b\" \r\n\n\"c\r\nd\",\"e\"\"\"\rf,\"g\r\nh";
    let mut reader = Reader::new(text, b',', 1);
    let mut raws: Vec<Vec<u8>> = Vec::new();
    while let Some(Entry::Record(Record { raw, .. }) | Entry::Broken { raw, .. }) = reader.read() {
        raws.push(raw.to_vec());
    }
    assert_eq!(raws, [&b"a,\"b\" "[..], b"\"c\r\nd\",\"e\"\"\"", b"f,\"g", b"h"]);
}

#[test]
fn a_delimiter_that_cannot_be_one_is_harmless() {
    for delimiter in *b"\"\n\r \xEF" {
        for text in ["a\"\n\"b\r\n\r\"\"c\n", "\"a\n\n\"", "\u{FEFF}\n\n\"\"\"\r", "\"", "a \r\"\n\r"] {
            seen(text.as_bytes(), delimiter);
        }
    }
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    fs::write(file.path(), bytes).expect("written");
    file
}

fn look(bytes: &[u8]) -> Result<Sniffed, FormatError> {
    sniff(file(bytes).path(), Hints::default())
}

#[test]
fn sniffing() {
    let utf16: Vec<u8> = "\u{FEFF}Vorname;Ort\r\nJürgen;Köln\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cyrillic = WINDOWS_1251.encode("Име;Град\nАна;Пловдив\nБорис;Велико Търново\n").0.into_owned();
    let western = WINDOWS_1252.encode("Prénom\tVille\nAndré\tOrléans\n").0.into_owned();
    type Case<'c> = (&'c str, &'c [u8], u8, &'c str, &'c [&'c str]);
    let cases: Vec<Case> = vec![
        ("comma", b"a,b\n1,2\n", b',', "UTF-8", &["a", "b"]),
        ("semicolon, decimal commas", b"a;b\n1,5;2,5\n3,5;4,5\n", b';', "UTF-8", &["a", "b"]),
        (
            "tab, commas in the header",
            b"Name\tCity, State, Country\nx\ty\n",
            b'\t',
            "UTF-8",
            &["Name", "City, State, Country"],
        ),
        ("pipe", b"a|b|c\n1|2|3\n", b'|', "UTF-8", &["a", "b", "c"]),
        ("delimiters in quotes", b"\"a;b\",\"c;d\"\n\"1;2;3\",4\n", b',', "UTF-8", &["a;b", "c;d"]),
        ("one column", b"email\na@b.example\n", b',', "UTF-8", &["email"]),
        ("ragged", b"a;b;c\n1\n1;2\n1;2;3;4\n", b';', "UTF-8", &["a", "b", "c"]),
        ("header only", b"a;b", b';', "UTF-8", &["a", "b"]),
        ("CR only", b"a;b\r1;2\r", b';', "UTF-8", &["a", "b"]),
        ("blank lines first", b"\r\n\r\na,b\r\n", b',', "UTF-8", &["a", "b"]),
        ("BOM", b"\xEF\xBB\xBFa,b\n", b',', "UTF-8", &["a", "b"]),
        ("BOM and quotes", b"\xEF\xBB\xBF\"a,x\",b\n", b',', "UTF-8", &["a,x", "b"]),
        ("Excel's declaration", b"sep=;\r\na,x;b\r\n", b';', "UTF-8", &["a,x", "b"]),
        (
            "trimmed, named, numbered",
            "\u{A0}Email ,,Email\u{200B}\n".as_bytes(),
            b',',
            "UTF-8",
            &["Email", "column 2", "Email (2)"],
        ),
        ("UTF-16LE", &utf16, b';', "UTF-16LE", &["Vorname", "Ort"]),
        ("UTF-16LE without BOM", &utf16[2..], b';', "UTF-16LE", &["Vorname", "Ort"]),
        ("Windows-1251", &cyrillic, b';', "windows-1251", &["Име", "Град"]),
        ("Windows-1252", &western, b'\t', "windows-1252", &["Prénom", "Ville"]),
    ];
    for (case, bytes, delimiter, encoding, header) in cases {
        let sniffed = look(bytes).unwrap_or_else(|fault| panic!("{case}: {fault}"));
        assert_eq!(sniffed.dialect.delimiter as char, delimiter as char, "{case}");
        assert_eq!(sniffed.dialect.encoding.name(), encoding, "{case}");
        assert_eq!(sniffed.header, header, "{case}");
    }
}

#[test]
fn what_is_given_wins() {
    let bytes = WINDOWS_1252.encode("é|è;b\n").0.into_owned();
    let hints = Hints { encoding: Some(WINDOWS_1251), delimiter: Some(b'|') };
    let sniffed = sniff(file(&bytes).path(), hints).expect("sniffed");
    assert_eq!(sniffed.header, ["й", "и;b"]);
    assert_eq!(sniffed.dialect, Dialect { encoding: WINDOWS_1251, delimiter: b'|' });
}

#[test]
fn unusable_files() {
    let cases: Vec<(&[u8], &str)> = vec![
        (b"", "is empty: it has no header line"),
        (b"\xEF\xBB\xBF", "is empty"),
        (b"\n \n\r\n", "is empty"),
        (b"PK\x03\x04\x00\x00xl/workbook.xml", "cannot be read: it is damaged or cut off (invalid Zip archive"),
        (b"%PDF-1.7\n", "is a PDF document, not a table: export the data as CSV"),
        (b"a,\x00b\r\n1,2\r\n", "is not text: line 1 holds a NUL byte"),
        (b"a,b\r\n1,2\r\n\x00\x003\x00,\x004\x00\n", "is not text: line 3 holds a NUL byte"),
        (b"\"a,b\n1,2\n", "(line 1) cannot be read: a quote in it is never closed"),
    ];
    for (bytes, sentence) in cases {
        let fault = look(bytes).expect_err(sentence).to_string();
        assert!(fault.contains(sentence), "{fault}");
        assert!(fault.contains('`'), "{fault} names no path");
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    let missing = folder.path().join("gone.csv");
    assert!(matches!(sniff(&missing, Hints::default()), Err(FormatError::Missing { path }) if path == missing));
    assert!(matches!(sniff(folder.path(), Hints::default()), Err(FormatError::Folder { .. })));
}

#[test]
fn bytes_of_no_kind_are_no_text() {
    // Every byte but NUL equally often, in no order.
    let mut state = 1u32;
    let bytes: Vec<u8> = (0..5000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 24) as u8).max(1)
        })
        .collect();
    let told = Document::of(bytes, Path::new("leads.csv"), None).unwrap_err().to_string();
    assert!(told.starts_with("`leads.csv` cannot be read: it is no text"), "{told}");
    for text in ["name\tnote\nAna\t\u{1b}(B\n", "n\n\u{1}\u{2}, a cell with control characters in a longer text\n"] {
        assert!(Document::of(text.as_bytes().to_vec(), Path::new("leads.csv"), None).is_ok(), "{text:?}");
    }
}

#[test]
fn a_nul_here_and_there_is_text() {
    let bytes = b"a,b\r\n1,2\r\n3,\x004\n";
    assert_eq!(look(bytes).expect("sniffed").header, ["a", "b"]);
    assert_eq!(seen(bytes, b',')[2], row(3, &["3", "\u{0}4"]));
}

#[test]
fn undecodable_cells_are_told() {
    let bytes: Vec<u8> = [0xFEFF, 0x61, 0x0A, 0xD800, 0x62].into_iter().flat_map(u16::to_le_bytes).collect();
    let document = Document::open(file(&bytes).path(), None).expect("opened");
    assert_eq!(document.file_encoding, UTF_16LE);
    let mut reader = document.reader(b',');
    reader.read();
    let Some(Entry::Record(record)) = reader.read() else { panic!("a second record") };
    let cell = record.get(0).expect("a cell");
    assert_eq!(document.text(cell), (Cow::Borrowed("\u{FFFD}b"), true));
}

#[test]
fn trimming() {
    let cases = [
        ("plain", "plain"),
        (" a b ", "a b"),
        ("\u{A0}a\u{A0}", "a"),
        ("\u{FEFF}a\u{200B}", "a"),
        ("\u{202A}+49 171\u{202C}", "+49 171"),
        ("\t\r\n", ""),
        ("é", "é"),
        ("", ""),
        ("\u{0}a", "a"),
    ];
    for (text, trimmed) in cases {
        assert_eq!(trim(text), trimmed, "{text:?}");
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z ]{1,8}",
        "[a-zé;,|\"\t\r\n]{0,12}".prop_map(String::from),
        Just("\"".to_owned()),
        Just("\r\n".to_owned()),
    ]
}

/// Cells with and without quotes, the last one without.
const LINE: &str = "(([a-z ]{0,3}|\"[a-z,]{0,3}(\"\")?[a-z]{0,2}\"[a-z]{0,2}),){0,3}[a-z\"]{1,3}";

/// Line ends as an editor counts them.
fn line_ends(text: &str) -> u64 {
    (text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()) as u64
}

proptest! {
    /// What the csv crate writes comes back cell for cell, each record at its physical line.
    #[test]
    fn written_tables_come_back(
        table in (1_usize..5).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..8)),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        crlf in any::<bool>(),
    ) {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        let mut expected = Vec::new();
        let mut line = 1;
        for cells in &table {
            writer.write_record(cells).expect("written");
            expected.push(Seen::Row(line, cells.clone()));
            line += 1 + cells.iter().map(|cell| line_ends(cell)).sum::<u64>();
        }
        let bytes = writer.into_inner().expect("flushed");
        prop_assert_eq!(seen(&bytes, delimiter), expected);
    }

    /// On text whose quotes are only where they belong the csv crate reads the same records.
    #[test]
    fn agrees_with_the_csv_crate(lines in prop::collection::vec(LINE, 0..8)) {
        // A field that begins with a quote needs its second one.
        prop_assume!(lines.iter().all(|line| !line.rsplit(',').next().unwrap_or("").starts_with('"')));
        let text = lines.join("\r\n");
        let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let expected: Vec<Vec<String>> = oracle.records().map(|record| cells(record.expect("valid"))).collect();
        let found: Vec<Vec<String>> = seen(text.as_bytes(), b',').into_iter().map(|seen| match seen {
            Seen::Row(_, cells) => cells,
            Seen::Broken(line, fault) => panic!("{fault:?} in line {line}"),
        }).collect();
        prop_assert_eq!(found, expected);
    }

    /// No bytes make the reader panic, stand still or skip a physical line that is not blank.
    #[test]
    fn any_bytes_are_read_to_the_end(
        bytes in prop::collection::vec(prop::sample::select(b"a\",;\r\n\xFF ".to_vec()), 0..60),
    ) {
        let found = seen(&bytes, b',');
        let lines = found.iter().map(|seen| match seen { Seen::Row(line, _) | Seen::Broken(line, _) => *line });
        prop_assert!(lines.is_sorted_by(|a, b| a < b));
    }

    /// A stray opening quote costs its own row only, wherever it stands, when other rows have no quotes.
    #[test]
    fn rows_around_a_stray_quote_survive(before in 0_u64..20, after in 0_u64..20) {
        let text = format!("{}x,\"stray\n{}", "a,b\n".repeat(before as usize), "c,d\n".repeat(after as usize));
        let found = seen(text.as_bytes(), b',');
        prop_assert_eq!(found.len() as u64, before + 1 + after);
        prop_assert_eq!(&found[before as usize], &Seen::Broken(before + 1, Fault::UnbalancedQuote));
        for line in 1..=after {
            prop_assert_eq!(&found[(before + line) as usize], &row(before + 1 + line, &["c", "d"]));
        }
    }
}

#[test]
fn what_stands_late_in_a_large_file_counts() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("a.csv");
    let encoding = |end: &[u8]| {
        let bytes = [&b"name;city\n"[..], &b"Ana Kirova;Sofia\n".repeat(100), end].concat();
        std::fs::write(&path, bytes).expect("written");
        let sniffed = sniff(&path, Hints::default()).expect("sniffed");
        assert_eq!(
            (sniffed.dialect.delimiter, &sniffed.header[..]),
            (b';', &["name".to_owned(), "city".to_owned()][..])
        );
        sniffed.dialect.encoding
    };
    assert_eq!(encoding("Jürgen Groß;Köln\n".as_bytes()), UTF_8);
    assert_eq!(encoding(&b"J\xFCrgen Gro\xDF;K\xF6ln\n".repeat(20)), WINDOWS_1252);
}
