//! Archives: gzip and zip, whole and damaged, and those that were made to do harm.

use super::build::{export, gzip, row, xlsx, zip, zip_bomb};
use super::{Case, case};

const CSV: &[u8] = b"ID,Name\n1,Ana\n2,Jan\n";

pub(super) fn cases() -> Vec<Case> {
    let two = &["2: 1|Ana", "3: 2|Jan"][..];
    let many: Vec<u8> = (0..2_000).flat_map(|at| format!("{at},Ana {}\n", at * 7919 % 1000).into_bytes()).collect();
    let long = gzip(&[b"ID,Name\n", &many[..]].concat());
    let zipped = zip(&[("leads.csv", CSV)]);
    let book = xlsx(&[("Leads", false, &[row(1, &["ID", "Name"]), row(2, &["1", "Ana"])].concat())]);
    vec![
        case("gzip", "leads.csv.gz", gzip(CSV)).rows(two),
        case("gzip that is called .csv", "leads.csv", gzip(CSV)).rows(two),
        case("gzip of two members", "leads.csv.gz", [gzip(b"ID,Name\n1,A"), gzip(b"na\n2,Jan\n")].concat()).rows(two),
        case("gzip of a zip", "leads.gz", gzip(&zipped)).rows(two),
        case("gzip of nothing", "leads.csv.gz", gzip(b"")).refused("`leads.csv.gz` is empty: it has no header line"),
        case("truncated gzip", "leads.csv.gz", long[..long.len() / 2].to_vec()).refused(
            "`leads.csv.gz` cannot be read: it is damaged or cut off (incomplete deflate stream); copy or \
                download it again",
        ),
        case("gzip whose checksum is wrong", "leads.csv.gz", {
            let mut bytes = gzip(CSV);
            let at = bytes.len() - 6;
            bytes[at] ^= 1;
            bytes
        })
        .refused(
            "`leads.csv.gz` cannot be read: it is damaged or cut off (corrupt gzip stream does not have a \
            matching checksum); copy or download it again",
        ),
        case("gzip bomb", "bomb.csv.gz", gzip(&vec![b'a'; 1 << 20]).repeat(300))
            .refused("`bomb.csv.gz` cannot be read: it unpacks to more than 256 MiB, more than any export would"),
        case("zip of one file", "leads.zip", zipped.clone()).rows(two),
        case("zip of several files", "leads.zip", zip(&[("may.csv", CSV), ("june/leads.csv", b"Name;ID\nEva;3\n")]))
            .rows(&["leads.zip/june/leads.csv 2: 3|Eva", "leads.zip/may.csv 2: 1|Ana", "leads.zip/may.csv 3: 2|Jan"]),
        case("one of several files", "leads.zip", zip(&[("may.csv", CSV), ("june.csv", b"x\n1\n")]))
            .path(
                "leads.zip\
            /may.csv",
            )
            .rows(two),
        case("none of several files", "leads.zip", zip(&[("may.csv", CSV), ("june.csv", CSV)]))
            .path("leads.zip/april.csv")
            .refused("`leads.zip/april.csv` has no file `april.csv`; there are june.csv, may.csv"),
        case("a sheet of a workbook in a zip", "leads.zip", zip(&[("a/book.xlsx", &book)]))
            .path("leads.zip/a/book.xlsx/Leads")
            .rows(&["2: 1|Ana"]),
        case("a zip in a zip", "leads.zip", zip(&[("inner.zip", &zipped)])).rows(two),
        case(
            "zips in zips without end",
            "leads.zip",
            (0..5).fold(zipped.clone(), |inner, _| zip(&[("z.zip", &inner)])),
        )
        .refused(
            "`leads.zip` is a zip archive, not a table: it is packed too often; unpack it and name the \
                file inside",
        ),
        case(
            "what a Mac puts into a zip",
            "leads.zip",
            zip(&[
                ("__MACOSX/._leads.csv", b"\0\x05\x16\x07"),
                (".DS_Store", b"\0\0"),
                ("out/", b""),
                ("out/leads.csv", CSV),
            ]),
        )
        .rows(two),
        case(
            "names that lead out of the folder",
            "leads.zip",
            zip(&[("../../etc/a.csv", CSV), ("/abs/b.csv", b"ID,Name\n3,Eva\n")]),
        )
        .rows(&[
            "leads.zip/../../etc/a.csv 2: 1|Ana",
            "leads.zip/../../etc/a.csv 3: 2|Jan",
            "leads.zip/abs/b.cs\
                v 2: 3|Eva",
        ]),
        case("a zip of nothing", "leads.zip", zip(&[])).refused("`leads.zip` holds no file"),
        case("a zip of folders", "leads.zip", zip(&[("a/", b"")])).refused("`leads.zip` holds no file"),
        case("truncated zip", "leads.zip", zipped[..zipped.len() - 30].to_vec()).refused(
            "`leads.zip` cannot be read: it is damaged or cut off (invalid Zip archive: Could not find \
                EOCD); copy or download it again",
        ),
        // The flag of encryption, in the entry and in the directory.
        case("encrypted zip", "leads.zip", {
            let mut bytes = zipped.clone();
            let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
            bytes[6] |= 1;
            bytes[directory + 8] |= 1;
            bytes
        })
        .refused("`leads.zip` is protected with a password; open it, save it without the password, and name that file"),
        case("zip bomb", "bomb.zip", zip_bomb("bomb.csv", 300))
            .refused("`bomb.zip` cannot be read: it unpacks to more than 256 MiB, more than any export would"),
        case("a zip of pictures", "photos.zip", zip(&[("a.png", b"\x89PNG\r\n\x1a\n123")]))
            .refused("`photos.zip` is a picture, not a table: export the data as CSV and name that file"),
        case("an export in a zip", "books.zip", export("books.zip")).columns(&["ID", "First Name"]).rows(&[
            "books.zip/may/openpyxl.xlsx 2: 001|Ana",
            "books.zip/may/openpyxl.xlsx 3: 002|Jürgen",
            "books.zip/may/openpyxl.xlsx 4: 003|Мария",
            "books.zip/pandas.parquet 1: 001|Ana",
            "books.zip/pandas.parquet 2: 002|Jürgen",
            "books.zip/pandas.parquet 3: 003|Мария",
        ]),
    ]
}
