//! JSON, Parquet, mails and address cards.

use super::build::{encoded, export, gzip};
use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    [json(), parquet(), mails(), cards()].into_iter().flatten().collect()
}

fn json() -> Vec<Case> {
    let two = &["1: 1|Ana", "2: 2|Jan"][..];
    let deep = |levels: usize| format!("{{\"ID\":1,\"Name\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
    vec![
        case("an array", "leads.json", "[{\"ID\": 1, \"Name\": \"Ana\"}, {\"ID\": 2, \"Name\": \"Jan\"}]").rows(two),
        case(
            "an object a line",
            "leads.ndjson",
            "{\"ID\": 1, \"Name\": \"Ana\"}\r\n{\"Name\": \"Jan\", \"ID\": 2}\r\n",
        )
        .rows(two),
        case(
            "an object around the array",
            "leads.json",
            "{\"total\": 2, \"leads\": \
            [{\"ID\":1,\"Name\":\"Ana\"},{\"ID\":2,\"Name\":\"Jan\"}]}",
        )
        .rows(two),
        case("two lists in an object", "leads.json", "{\"a\": [{\"ID\":1}], \"b\": [{\"ID\":2}]}")
            .refused("`leads.json` holds more than one list: name one, as in `leads.json/a` (there are a, b)"),
        case("an empty array", "leads.json", "[]").refused("`leads.json` is empty: it has no header line"),
        case(
            "a broken record in the middle of lines",
            "leads.ndjson",
            "{\"ID\":1,\"Name\":\"Ana\"}\n{\"ID\":9,\"Na\
            \n\n{\"ID\":2,\"Name\":\"Jan\"}\n",
        )
        .rows(&["1: 1|Ana", "4: 2|Jan"])
        .told(&["reject 2 malformed_record: {\"ID\":9,\"Na"]),
        case(
            "a record that is no object",
            "leads.ndjson",
            "{\"ID\":1,\"Name\":\"Ana\"}\n[1,2]\n3\n{\"ID\":2,\"Name\
            \":\"Jan\"}\n",
        )
        .rows(&["1: 1|Ana", "4: 2|Jan"])
        .told(&["reject 2 malformed_record: [1,2]", "reject 3 malformed_record: 3"]),
        case("a trailing comma", "leads.json", "[{\"ID\":1,\"Name\":\"Ana\"},\n{\"ID\":2,\"Name\":\"Jan\"},\n]")
            .rows(two),
        case("a trailing comma in a line", "leads.json", "[{\"ID\":1,\"Name\":\"Ana\"},]")
            .refused("`leads.json` cannot be read: it is not JSON as it should be: trailing comma at line 1 column 24"),
        case(
            "a broken record in the middle of an array",
            "leads.json",
            "[\n  {\"ID\":1,\"Name\":\"Ana\"},\n  {\"ID\":9,\"Name\": oops},\n  {\"ID\":2,\"Name\":\"Jan\"}\n]\n",
        )
        .rows(&["2: 1|Ana", "4: 2|Jan"])
        .told(&["reject 3 malformed_record: {\"ID\":9,\"Name\": oops},"]),
        case("an array with a line each that is cut off", "leads.json", "[{\"ID\":1,\"Name\":\"Ana\"},\n{\"ID\":2,\"Na").refused(
            "`leads.json` cannot be read: it is not JSON as it should be: EOF while parsing a string at line 2 column 11",
        ),
        case("an array that is cut off", "leads.json", "[{\"ID\":1,\"Name\":\"Ana\"},{\"ID\":2,\"Na").refused(
            "`leads.json` cannot be read: it is not JSON as it should be: EOF while parsing a string at line 1 \
                column 34",
        ),
        case(
            "an id with leading zeros",
            "leads.ndjson",
            "{\"ID\":\"007\",\"Name\":\"Ana\"}\n{\"ID\":007,\"Name\":\"\
            Jan\"}\n{\"ID\":8,\"Name\":\"Eva\"}\n",
        )
        .rows(&["1: 007|Ana", "3: 8|Eva"])
        .told(&["reject 2 malformed_record: {\"ID\":007,\"Name\":\"Jan\"}"]),
        case(
            "numbers that are large or small",
            "leads.json",
            "[{\"ID\":12345678901234567890,\"Name\":1e-7},{\"ID\":\
            0.10,\"Name\":-0}]",
        )
        .rows(&["1: 12345678901234567890|0.0000001", "2: 0.10|0"]),
        case("a key twice", "leads.json", "[{\"ID\":1,\"Name\":\"Ana\",\"Name\":\"Eva\"}]").rows(&["1: 1|Eva"]),
        case("10,000 levels", "leads.json", format!("[{},{{\"ID\":2,\"Name\":\"Jan\"}}]", deep(10_000))).refused(
            "`leads.json` cannot be read: it is not JSON as it should be: recursion limit exceeded at line \
                1 column 142",
        ),
        case("10,000 levels in a line", "leads.ndjson", format!("{}\n{{\"ID\":2,\"Name\":\"Jan\"}}\n", deep(10_000)))
            .rows(&["2: 2|Jan"])
            .told(&[&format!("reject 1 malformed_record: {}… 503 bytes", &deep(10_000)[..100])]),
        case(
            "nested objects and lists",
            "leads.json",
            "[{\"ID\":1,\"Name\":{\"first\":\"Ana\",\"last\":null},\"tags\
            \":[\"a\",\"b\"],\"ok\":true}]",
        )
        .columns(&["ID", "Name.first", "Name.last", "tags", "ok"])
        .rows(&["1: 1|Ana||a, b|true"]),
        case(
            "JSON of Windows in a zip's place",
            "leads.json",
            [
                &b"\xff\xfe"[..],
                &super::build::utf16(
                    "[{\"ID\":1,\
            \"Name\":\"Jürgen\"}]",
                    true,
                ),
            ]
            .concat(),
        )
        .rows(&["1: 1|Jürgen"]),
        case(
            "escapes and half of a pair",
            "leads.ndjson",
            "{\"ID\":1,\"Name\":\"J\\u00fcrgen \
            \\ud83d\\ude00\"}\n{\"ID\":2,\"Name\":\"a\\ud83db\"}\n",
        )
        .rows(&["1: 1|Jürgen 😀"])
        .told(&["reject 2 malformed_record: {\"ID\":2,\"Name\":\"a\\ud83db\"}"]),
    ]
}

fn parquet() -> Vec<Case> {
    let bytes = export("pyarrow_snappy.parquet");
    vec![
        case("nested types", "leads.parquet", bytes.clone())
            .columns(&["id", "name.last", "emails", "budget", "opted_in", "history"])
            .rows(&[
                "1: 001|Kirova|ana.kirova@nordwind.example|1234.50|true|[{\"kind\":\"call\",\"minutes\":5}]",
                "2: 002|Müller|j.mueller@alpenblick.example, office@alpenblick.example||false|",
                "3: 003|Иванова||0.30||",
            ]),
        case("called .csv", "leads.csv", bytes.clone()).columns(&["id"]).rows(&["1: 001", "2: 002", "3: 003"]),
        case("packed once more", "leads.parquet.gz", gzip(&bytes))
            .columns(&["id"])
            .rows(&["1: 001", "2: 002", "3: 003"]),
        case("truncated", "leads.parquet", bytes[..bytes.len() / 2].to_vec()).refused(
            "`leads.parquet` cannot be read: the Parquet file is damaged, or not of a known kind (its \
                footer is broken); write it again, or export CSV",
        ),
        case("damaged in the middle", "leads.parquet", {
            let mut bytes = bytes;
            let end = bytes.len() - 8;
            bytes[end - 400..end - 100].fill(0xff);
            bytes
        })
        .refused(
            "`leads.parquet` cannot be read: the Parquet file is damaged, or not of a known kind (External: \
            invalid utf-8 sequence of 1 bytes from index 850); write it again, or export CSV",
        ),
    ]
}

fn mails() -> Vec<Case> {
    const COLUMNS: &[&str] = &["Name", "From", "Subject", "Message", "Attachments"];
    let mail = |more: &str, text: &str| {
        format!("From: Ana <ana@b.example>\nDate: Sat, 7 Mar 2026 10:00:00 +0000\nTo: x@y.example\n{more}\n\n{text}\n")
    };
    let koi8 = [
        &b"Date: Sat, 7 Mar 2026 10:00:00 +0000\nTo: x@y.example\nFrom: =?koi8-r?B?"[..],
        b"4c7OwQ==?= <ana@b.example>\nSubject: =?koi8-r?Q?=FA=C1=D0=D2=CF=D3?=\nContent-Type: text/plain; \
            charset=koi8-r\n\n",
        &encoded("Пришлите прайс", "koi8-r"),
    ]
    .concat();
    let parts = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"";
    let text = "--b\nContent-Type: text/plain; charset=utf-8\n\nSee the picture\n--b\nContent-Type: image/png; \
        name=logo.png\n\
                Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"logo.png\"\n\niVBORw0\
                    KGgo=\n--b--";
    let forwarded = "--b\nContent-Type: text/plain\n\nplease enter\n--b\nContent-Type: message/rfc822\n\nFrom: Jan \
        <jan@c.example>\n\
                     Subject: Offer\nDate: Fri, 6 Mar 2026 10:00:00 +0000\n\nHow much?\n--b--";
    let mbox = |mails: &[String]| {
        mails.iter().map(|mail| format!("From x@y.example Sat Mar  7 10:00:00 2026\n{mail}\n")).collect::<String>()
    };
    vec![
        case("a mail", "a.eml", mail("Subject: Hi", "Hello"))
            .columns(COLUMNS)
            .rows(&["1: Ana|ana@b.example|Hi|Hello|"]),
        case("a mail in KOI8-R", "a.eml", koi8)
            .columns(COLUMNS)
            .rows(&["1: Анна|ana@b.example|Запрос|Пришлите прайс|"]),
        case(
            "a mail without sender",
            "a.eml",
            "Subject: Hi\nDate: Sat, 7 Mar 2026 10:00:00 +0000\nTo: x@y.example\n\nHello\n",
        )
        .columns(COLUMNS)
        .rows(&["1: ||Hi|Hello|"]),
        case("a broken encoded word", "a.eml", mail("Subject: =?utf-8?B?w7w=?= =?klingon?Q?x?= =?utf-8?Q?a", "Hello"))
            .columns(COLUMNS)
            .rows(&["1: Ana|ana@b.example|üx =?utf-8?Q?a|Hello|"]),
        case("a picture attached", "a.eml", mail(&format!("Subject: Logo\n{parts}"), text))
            .columns(COLUMNS)
            .rows(&["1: Ana|ana@b.example|Logo|See the picture|logo.png"]),
        case("a mail forwarded as an attachment", "a.eml", mail(&format!("Subject: Fwd: Offer\n{parts}"), forwarded))
            .columns(COLUMNS)
            .rows(&["1: Jan|jan@c.example|Fwd: Offer|How much?|"]),
        case(
            "a mail whose parts never end",
            "a.eml",
            mail(&format!("Subject: Cut\n{parts}"), "--b\nContent-Type: text/plain\n\nThe end is"),
        )
        .columns(COLUMNS)
        .rows(&["1: Ana|ana@b.example|Cut|The end is|"]),
        case(
            "a mailbox with attachments",
            "inbox.mbox",
            mbox(&[
                mail(&format!("Subject: Logo\n{parts}"), text),
                mail("Subject: Two", ">From here\nFrom now on 10 people"),
                "\n\n".to_owned(),
            ]),
        )
        .columns(COLUMNS)
        .rows(&[
            "1: Ana|ana@b.example|Logo|See the picture|logo.png",
            "2: Ana|ana@b.example|Two|From here\\nFrom now on 10 people|",
        ])
        .told(&["reject 3 malformed_record: "]),
        case("a folder of mails", "in/a.eml", mail("Subject: One", "1"))
            .and("in/b.eml", mail("Subject: Two", "2"))
            .and("in/readme.pdf", "no export")
            .path("in")
            .columns(COLUMNS)
            .rows(&["in/a.eml 1: Ana|ana@b.example|One|1|", "in/b.eml 1: Ana|ana@b.example|Two|2|"]),
    ]
}

fn cards() -> Vec<Case> {
    const COLUMNS: &[&str] = &["full name", "last name", "email", "phone", "notes"];
    let photo = "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/\n 2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8U\n";
    vec![
        case("a card of version 2.1", "a.vcf", "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTA\
            BLE:M=C3=BCller;J=C3=B6rg\r\n\
             FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg=\r\n M=C3=BCller\r\nEMAIL;INTERNET:j@m.example\r\nTEL;CELL:+49 30 1\r\nEND:VCARD\r\n")
            .columns(COLUMNS)
            .rows(&["1: Jörg Müller|Müller|j@m.example|mobile: +49 30 1|"]),
        case("folded lines and a picture", "a.vcf", format!("BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nN:Kirova;Ana\nNOTE:a \
            long re\n mark\\, folded\\nand on\n{photo}EMAIL:a@b.example\nEND:VCARD\n"))
            .columns(COLUMNS)
            .rows(&["1: Ana|Kirova|a@b.example||a long remark, folded\\nand on"]),
        case("a card of version 4.0", "a.vcf", "BEGIN:VCARD\nVERSION:4.0\nFN:Jan\nTEL;VALUE=uri;TYPE=cell:tel:+48-60\
            1\nitem1.EMAIL:j@n.example\nEND:VCARD\n")
            .columns(COLUMNS)
            .rows(&["1: Jan||j@n.example|mobile: +48-601|"]),
        case("a card that never ends between others", "a.vcf", "BEGIN:VCARD\nFN:Ana\nEND:VCARD\nBEGIN:VCARD\nFN:Cut\
            \nBEGIN:VCARD\nFN:Jan\nEND:VCARD\nrubbish\n")
            .columns(COLUMNS)
            .rows(&["1: Ana||||", "3: Jan||||"])
            .told(&["reject 2 malformed_record: without END:VCARD: BEGIN:VCARD\\nFN:Cut", "reject 4 \
                malformed_record: rubbish"]),
        case("cards in Windows-1251", "a.vcf", encoded("BEGIN:VCARD\nVERSION:3.0\nFN:Анна \
            Иванова\nN:Иванова;Анна\nEND:VCARD\n", "windows-1251"))
            .columns(COLUMNS)
            .rows(&["1: Анна Иванова|Иванова|||"]),
    ]
}
