//! Character encodings, found out, and what could not be decoded.

use super::build::{encoded, utf16, utf32};
use super::{Case, case};

const GERMAN: &str = "ID;Name\r\n1;Jürgen Müller\r\n2;Käthe Groß\r\n";
const POLISH: &str = "ID;Name\n1;Łukasz Wiśniewski\n2;Małgorzata Dąbrowska\n";
const RUSSIAN: &str = "ID,Name\n1,Пётр Смирнов\n2,Анна Иванова\n";

pub(super) fn cases() -> Vec<Case> {
    let german = &["2: 1|Jürgen Müller", "3: 2|Käthe Groß"][..];
    let polish = &["2: 1|Łukasz Wiśniewski", "3: 2|Małgorzata Dąbrowska"][..];
    let russian = &["2: 1|Пётр Смирнов", "3: 2|Анна Иванова"][..];
    let marked = |text: &str| format!("\u{feff}{text}");
    vec![
        case("UTF-8", "leads.csv", GERMAN).rows(german),
        case("UTF-8 with a mark", "leads.csv", marked(GERMAN)).rows(german),
        case("UTF-16 LE with a mark", "leads.csv", utf16(&marked(GERMAN), true)).rows(german),
        case("UTF-16 BE with a mark", "leads.csv", utf16(&marked(RUSSIAN), false)).rows(russian),
        case("UTF-16 LE", "leads.csv", utf16(RUSSIAN, true)).rows(russian),
        case("UTF-16 BE", "leads.csv", utf16(GERMAN, false)).rows(german),
        case("UTF-32 LE with a mark", "leads.csv", utf32(&marked(RUSSIAN), true)).rows(russian),
        case("UTF-32 BE with a mark", "leads.csv", utf32(&marked(GERMAN), false)).rows(german),
        case("UTF-32 LE", "leads.csv", utf32(GERMAN, true)).rows(german),
        case("UTF-32 BE, as it is said", "leads.csv", utf32(POLISH, false))
            .keys("encoding = \"utf-32be\"")
            .rows(polish),
        case("Windows-1252", "leads.csv", encoded(GERMAN, "windows-1252")).rows(german),
        case("Windows-1250", "leads.csv", encoded(POLISH, "windows-1250")).rows(polish),
        case("ISO-8859-2", "leads.csv", encoded(POLISH, "iso-8859-2")).rows(polish),
        case("Windows-1251", "leads.csv", encoded(RUSSIAN, "windows-1251")).rows(russian),
        case("ISO-8859-5", "leads.csv", encoded(RUSSIAN, "iso-8859-5")).rows(russian),
        case("KOI8-R", "leads.csv", encoded(RUSSIAN, "koi8-r")).rows(russian),
        case("KOI8-U", "leads.csv", encoded("ID,Name\n1,Олена Київська\n2,Єва Гнатюк\n", "koi8-u"))
            .rows(&["2: 1|Олена Київська", "3: 2|Єва Гнатюк"]),
        case("DOS in Cyrillic", "leads.csv", encoded(RUSSIAN, "ibm866")).rows(russian),
        case("ISO-8859-15", "leads.csv", encoded("ID;Name\n1;Hélène, 90 €\n", "iso-8859-15"))
            .rows(&["2: 1|Hélène, 90 €"]),
        case("Windows-1253", "leads.csv", encoded("ID,Name\n1,Γιώργος\n2,Μαρία Παππά\n", "windows-1253"))
            .rows(&["2: 1|Γιώργος", "3: 2|Μαρία Παππά"]),
        case("Windows-1254", "leads.csv", encoded("ID,Name\n1,Ayşe Yılmaz\n2,Şükrü Doğan\n", "windows-1254"))
            .rows(&["2: 1|Ayşe Yılmaz", "3: 2|Şükrü Doğan"]),
        case("Shift_JIS", "leads.csv", encoded("ID,Name\n1,山田太郎 株式会社トヨタ\n2,佐藤花子 ソニー\n", "shift_jis"))
            .rows(&["2: 1|山田太郎 株式会社トヨタ", "3: 2|佐藤花子 ソニー"]),
        case("GBK", "leads.csv", encoded("ID,Name\n1,王伟 华为技术有限公司\n2,李娜 阿里巴巴\n", "gbk"))
            .rows(&["2: 1|王伟 华为技术有限公司", "3: 2|李娜 阿里巴巴"]),
        case("EUC-KR, as it is said", "leads.csv", encoded("ID,Name\n1,김철수\n", "euc-kr"))
            .keys("encoding = \"euc-kr\"")
            .rows(&["2: 1|김철수"]),
        case("an encoding that nobody knows", "leads.csv", GERMAN)
            .keys("encoding = \"klingon\"")
            .refused("`klingon` is not a known encoding"),
        case(
            "UTF-8 with lines of another encoding",
            "leads.csv",
            [GERMAN.as_bytes(), b"3;M\xfcller\r\n4;\xc4\r\n5;ok\r\n"].concat(),
        )
        .rows(&["2: 1|Jürgen Müller", "3: 2|Käthe Groß", "4: 3|M\u{fffd}ller", "5: 4|\u{fffd}", "6: 5|ok"])
        .told(&["finding 4 Name undecodable_text: M\u{fffd}ller", "finding 5 Name undecodable_text: \u{fffd}"]),
        case(
            "half a character of UTF-16",
            "leads.csv",
            [utf16("\u{feff}ID,Name\n1,A", true), vec![0x00, 0xd8], utf16("na\n2,Jan\n3,", true), vec![b'x']].concat(),
        )
        .rows(&["2: 1|A\u{fffd}na", "3: 2|Jan", "4: 3|\u{fffd}"])
        .told(&["finding 2 Name undecodable_text: A\u{fffd}na", "finding 4 Name undecodable_text: \u{fffd}"]),
        case(
            "what is no character in UTF-32",
            "leads.csv",
            [utf32("\u{feff}ID,Name\n1,A", true), vec![0, 0, 0x20, 0], utf32("na\n2,Jan\n", true)].concat(),
        )
        .rows(&["2: 1|A\u{fffd}na", "3: 2|Jan"])
        .told(&["finding 2 Name undecodable_text: A\u{fffd}na"]),
        case("a byte that Windows-1252 does not use", "leads.csv", b"ID;Name\n1;M\xfcller\n2;a\x81b\xe9\n".to_vec())
            .keys("encoding = \"windows-1252\"")
            .rows(&["2: 1|Müller", "3: 2|a\\u{81}bé"]),
        case(
            "Windows-1252 with lines of UTF-8",
            "leads.csv",
            [&encoded(GERMAN, "windows-1252")[..], "3;Jörg\r\n".as_bytes()].concat(),
        )
        .rows(&["2: 1|Jürgen Müller", "3: 2|Käthe Groß", "4: 3|Jörg"]),
        case("UTF-8 said to be Windows-1252", "leads.csv", "ID;Name\n1;é\n")
            .keys("encoding = \"windows-1252\"")
            .rows(&["2: 1|é"]),
    ]
}
