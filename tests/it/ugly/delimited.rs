//! Delimited text: separators, quotes, line ends, headers, sizes.

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    [separators(), quotes(), lines(), headers(), sizes(), values()].into_iter().flatten().collect()
}

fn separators() -> Vec<Case> {
    let two = &["2: 1|Ana", "3: 2|Jan, the 2nd"][..];
    let table = |separator: &str| {
        ["ID,Name", "1,Ana", "2,Jan; the 2nd", ""].join("\n").replace(',', separator).replace("n;", "n,")
    };
    vec![
        case("comma", "leads.csv", "ID,Name\n1,Ana\n2,\"Jan, the 2nd\"\n").rows(two),
        case("semicolon", "leads.csv", table(";")).rows(two),
        case("tab", "leads.tsv", table("\t")).rows(two),
        case("pipe", "leads.txt", table("|")).rows(two),
        case("caret", "leads.txt", table("^")).rows(two),
        case("tilde", "leads.txt", table("~")).rows(two),
        case("colon, as it is said", "leads.txt", table(":")).keys("delimiter = \":\"").rows(two),
        case("the line of Excel that names it", "leads.csv", "sep=;\r\nID;Name\r\n1;a,b,c\r\n").rows(&["3: 1|a,b,c"]),
        case("the line of Excel behind a mark", "leads.csv", "\u{feff}sep=\t\nID\tName\n1\tAna\n").rows(&["3: 1|Ana"]),
        case("a table called .xlsx that is a CSV", "leads.xlsx", "ID;Name\n1;Ana\n").rows(&["2: 1|Ana"]),
    ]
}

fn quotes() -> Vec<Case> {
    vec![
        case("doubled quotes", "leads.csv", "ID,Name\n1,\"Ana \"\"the Boss\"\" K\"\n2,\"\"\"\"\n")
            .rows(&["2: 1|Ana \"the Boss\" K", "3: 2|\""]),
        case("quotes in the middle of a cell", "leads.csv", "ID,Name\n1,Ana \"Boss\" K\n2,5\" pipe\n3,Jan\n").rows(&[
            "2: 1|Ana \"Boss\" K",
            "3: 2|5\" pipe",
            "4: 3|Jan",
        ]),
        case("text behind a closing quote", "leads.csv", "ID,Name\n1,\"Ana\" K\n2,Jan\n")
            .rows(&["2: 1|Ana K", "3: 2|Jan"]),
        case("a quote that is never closed", "leads.csv", "ID,Name\n1,\"Ana\n2,Jan\n3,Eva\n")
            .rows(&["3: 2|Jan", "4: 3|Eva"])
            .told(&["reject 2 unbalanced_quote: 1,\"Ana"]),
        case(
            "a quote that another one further down seems to close",
            "leads.csv",
            "ID,Name\n1,\"Ana\n2,\"Jan\"\n3,Eva\n",
        )
        .rows(&["3: 2|Jan", "4: 3|Eva"])
        .told(&["reject 2 unbalanced_quote: 1,\"Ana"]),
        case("an open quote in the last cell", "leads.csv", "ID,Name\n1,Ana\n2,\"")
            .rows(&["2: 1|Ana"])
            .told(&["reject 3 unbalanced_quote: 2,\""]),
        case("an open quote in the header", "leads.csv", "ID,\"Name\n1,Ana\n")
            .refused("the header of `leads.csv` (line 1) cannot be read: a quote in it is never closed"),
        case("line ends in quotes", "leads.csv", "ID,Name\r\n1,\"Ana\r\nK\"\r\n2,\"a\n\n\rb\"\r\n3,Eva\r\n").rows(&[
            "2: 1|Ana\\r\\nK",
            "4: 2|a\\n\\n\\rb",
            "8: 3|Eva",
        ]),
    ]
}

fn lines() -> Vec<Case> {
    let three = &["2: 1|Ana", "3: 2|Jan", "4: 3|Eva"][..];
    vec![
        case("ends of old Macs", "leads.csv", "ID,Name\r1,Ana\r2,Jan\r3,Eva\r").rows(three),
        case("mixed line ends", "leads.csv", "ID,Name\r\n1,Ana\n2,Jan\r3,Eva").rows(three),
        case("blank lines", "leads.csv", "\n\nID,Name\n\n1,Ana\n  \n2,Jan\n\n").rows(&["5: 1|Ana", "7: 2|Jan"]),
        case("lines of separators alone", "leads.csv", "ID,Name\n1,Ana\n,\n , \n,,,,\n2,Jan\n")
            .rows(&["2: 1|Ana", "6: 2|Jan"])
            .told(&["reject 3 empty_row: ", "reject 4 empty_row: ", "reject 5 empty_row: "]),
        case("ragged rows", "leads.csv", "ID,Name,City\n1\n2,Jan\n3,Eva,Rom,x\n4,Ida,Rom,,\n")
            .columns(&["ID", "Name", "City"])
            .rows(&["2: 1||", "3: 2|Jan|", "5: 4|Ida|Rom"])
            .told(&["reject 4 long_row: 3,Eva,Rom,x", "finding 2 short_row: 1", "finding 3 short_row: 2,Jan"]),
        case("a row of totals at the end", "leads.csv", "ID,Name,Sum\n1,Ana,5\n2,Jan,6\nTotal: 2 records\n")
            .columns(&["ID", "Name", "Sum"])
            .rows(&["2: 1|Ana|5", "3: 2|Jan|6", "4: Total: 2 records||"])
            .told(&["finding 4 short_row: Total: 2 records"]),
        case("the header again", "leads.csv", "ID,Name\n1,Ana\nID,Name\n2,Jan\n")
            .rows(&["2: 1|Ana", "4: 2|Jan"])
            .told(&["reject 3 repeated_header: ID,Name"]),
        case("no end of the last line", "leads.csv", "ID,Name\n1,Ana\n2,Jan").rows(&["2: 1|Ana", "3: 2|Jan"]),
        case("the end of a text of DOS", "leads.csv", "ID,Name\r\n1,Ana\r\n\x1a").rows(&["2: 1|Ana"]),
    ]
}

fn headers() -> Vec<Case> {
    vec![
        case("nothing", "leads.csv", "").refused("`leads.csv` is empty: it has no header line"),
        case("a byte-order mark alone", "leads.csv", "\u{feff}").refused("`leads.csv` is empty: it has no header line"),
        case("blank lines alone", "leads.csv", "\r\n \n\n").refused("`leads.csv` is empty: it has no header line"),
        case("a header alone", "leads.csv", "ID,Name\n"),
        case("one row", "leads.csv", "ID,Name\n1,Ana").rows(&["2: 1|Ana"]),
        case("one column", "leads.csv", "Name\nAna\nJan\n").columns(&["Name"]).rows(&["2: Ana", "3: Jan"]),
        case("names that repeat or are blank", "leads.csv", "Mail,,mail,Mail (2),\na,b,c,d,e\n")
            .columns(&["Mail", "column 2", "mail (3)", "Mail (2)", "column 5"])
            .rows(&["2: a|b|c|d|e"]),
        case(
            "a title above the header",
            "leads.csv",
            "Leads of the fair\nexported 2026-03-02\n\nID;Name;City\n1;Ana;Rom\n",
        )
        .columns(&["ID", "Name", "City"])
        .rows(&["5: 1|Ana|Rom"]),
        case("a title as a sheet leaves it", "leads.csv", "Leads of the fair,,,\n,,,\nID,Name,City,Mail\n1,Ana,Rom,\n")
            .columns(&["ID", "Name", "City", "Mail"])
            .rows(&["4: 1|Ana|Rom|"]),
        case("a list of addresses without header", "list.txt", "ana@b.example\njan@b.example\n")
            .columns(&["email"])
            .rows(&["1: ana@b.example", "2: jan@b.example"]),
        case("a table without header", "list.csv", "1;Ana;ana@b.example\n2;Jan;jan@b.example\n")
            .columns(&["column 1", "column 2", "email"])
            .rows(&["1: 1|Ana|ana@b.example", "2: 2|Jan|jan@b.example"]),
        case(
            "marks that cannot be seen",
            "leads.csv",
            "\u{200b}ID\u{feff},\u{200e}Name\u{a0}\n1,\u{202b}אנה\u{202c}\n",
        )
        .rows(&["2: 1|אנה"]),
        case("a header of numbers and dates", "leads.csv", "2024,2025-01-01\n1,Ana\n")
            .columns(&["2024", "2025-01-01"])
            .rows(&["2: 1|Ana"]),
        case("brackets in the header", "leads.csv", "[ID],{Name}\n1,Ana\n")
            .columns(&["[ID]", "{Name}"])
            .rows(&["2: 1|Ana"]),
    ]
}

fn sizes() -> Vec<Case> {
    let wide = |cell: fn(usize) -> String| (0..10_000).map(cell).collect::<Vec<_>>().join(",");
    let giant = |size: usize| format!("ID,Name\n1,{}\n2,Jan\n", "x".repeat(size));
    let long = format!("{}… 8000000 bytes", "x".repeat(100));
    vec![
        case(
            "10,000 columns",
            "leads.csv",
            format!("{}\n{}\n", wide(|at| format!("c{at}")), wide(|at| at.to_string())),
        )
        .columns(&["c0", "c9999"])
        .rows(&["2: 0|9999"]),
        case("a cell of 8 MB", "leads.csv", giant(8_000_000)).rows(&[&format!("2: 1|{long}"), "3: 2|Jan"]),
        case("a cell of 10 MB", "leads.csv", giant(10_000_000))
            .rows(&["3: 2|Jan"])
            .told(&[&format!("reject 2 field_too_large: 1,{}… 503 bytes", "x".repeat(98))]),
        case("a line of 10 MB that is a header", "leads.csv", "x".repeat(10_000_000)).refused(
            "the header of `leads.csv` (line 1) cannot be read: one of its names is larger than 8 MiB; is this a \
                delimited file?",
        ),
        case("a cell of 9,000 lines", "leads.csv", format!("ID,Name\n1,\"{}\"\n2,Jan\n", "x\n".repeat(9_000)))
            .columns(&["ID"])
            .rows(&["2: 1", "9003: 2"]),
        case(
            "10,000 columns of one name",
            "leads.csv",
            format!("{}\n{}\n", wide(|_| "x".to_owned()), wide(|at| at.to_string())),
        )
        .columns(&["x", "x (10000)"])
        .rows(&["2: 0|9999"]),
    ]
}

fn values() -> Vec<Case> {
    vec![
        case("leading zeros and numbers of Excel", "leads.csv", "ID,Name\n007,1.23E+11\n0,-0\n1e5,0x1F\n").rows(&[
            "2: 007|1.23E+11",
            "3: 0|-0",
            "4: 1e5|0x1F",
        ]),
        case("formulas are defused", "leads.csv", "ID,Name\n1,=cmd|' /C calc'!A0\n2,@SUM(1)\n3,+1-2\n4,-5\n").rows(&[
            "2: 1|'=cmd|' /C calc'!A0",
            "3: 2|'@SUM(1)",
            "4: 3|+1-2",
            "5: 4|-5",
        ]),
        case("spaces that are none", "leads.csv", "ID,Name\n1,\u{a0}Ana\u{a0}Mai\u{ad}er\u{2003}\n2,\u{200b}\n")
            .rows(&["2: 1|Ana\\u{a0}Mai\\u{ad}er", "3: 2|"]),
        case("NUL in a cell", "leads.csv", "ID,Name\n1,An\0a\n2,Jan\n").rows(&["2: 1|An\\0a", "3: 2|Jan"]),
        case("NUL in the header", "leads.csv", "ID,Na\0me\n1,Ana\n").refused(
            "`leads.csv` is not text: line 1 holds a NUL byte; export the data as CSV (UTF-8) and name that file",
        ),
        case("control characters", "leads.csv", "ID,Name\n1,A\u{7}n\u{1b}[31ma\u{7f}\n2,Jan Peter Joachim Maria\n")
            .rows(&["2: 1|A\\u{7}n\\u{1b}[31ma", "3: 2|Jan Peter Joachim Maria"]),
        case("bytes of no known kind", "leads.csv", (1..=255).cycle().take(4000).collect::<Vec<u8>>()).refused(
            "`leads.csv` cannot be read: it is no text, nor another kind of file that is known here; export the \
                data as CSV (UTF-8)",
        ),
    ]
}
