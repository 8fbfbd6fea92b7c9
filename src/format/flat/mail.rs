//! Mails: one in a file (.eml), or a mailbox of many (mbox, RFC 4155). The lead is who wants something: of a forwarded
//! mail the one who wrote it first, and where answers go to someone else than the sender, who gets them, since web forms
//! send in their own name.

use std::path::Path;

use mail_parser::{Addr, DateTime, Message, MessageParser, MimeHeaders, PartType};
use memchr::memmem;

use super::{Flat, FlatWriter};
use crate::format::FormatError;
use crate::model::calendar;
use crate::model::rows::RejectCode;

/// Columns, named as the preset `email` knows them.
pub const COLUMNS: [&str; 12] = [
    "Message ID",
    "Date",
    "Name",
    "From",
    "Other address",
    "Subject",
    "Message",
    "Type",
    "Sender",
    "Sender address",
    "To",
    "Attachments",
];
/// Characters of a text that are kept: what a person writes is shorter.
const LONGEST: usize = 100_000;
/// Lines of a text that are kept: a cell of more is taken for a quote that is never closed.
const MOST_LINES: usize = 5_000;

/// Whether a text is a mailbox: its first line says when a mail came from whom.
pub(in crate::format) fn is_mailbox(bytes: &[u8]) -> bool {
    is_separator(line_at(bytes, 0))
}

/// Whether a text is a mail: it begins with lines of a header, and some of them are a mail's.
pub(in crate::format) fn is_mail(bytes: &[u8]) -> bool {
    const KNOWN: [&str; 9] =
        ["from", "date", "subject", "message-id", "received", "return-path", "mime-version", "delivered-to", "to"];
    let mut known = 0;
    let mut at = 0;
    for _ in 0..100 {
        let line = line_at(bytes, at);
        at += line.len();
        match line.first() {
            None | Some(b'\r' | b'\n') => break,
            Some(b' ' | b'\t') if at > line.len() => continue,
            _ => {}
        }
        let Some(colon) = memchr::memchr(b':', line) else { return false };
        let name = &line[..colon];
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        known += usize::from(KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())));
    }
    known >= 3
}

/// A mail, or all mails of a mailbox; places are numbers of mails.
///
/// # Errors
/// When there is no mail in it.
pub(super) fn flat(bytes: &[u8], path: &Path) -> Result<Flat, FormatError> {
    let mails = if is_mailbox(bytes) { mails(bytes) } else { vec![bytes.to_vec()] };
    let mut writer = FlatWriter::new(COLUMNS);
    for (mail, place) in mails.iter().zip(1..) {
        match MessageParser::default().parse(mail).filter(|mail| !mail.headers().is_empty()) {
            Some(mail) => {
                let cells = cells(&mail);
                writer.record(place, cells.iter().map(String::as_str));
            }
            None => writer.reject(place, RejectCode::MalformedRecord, String::from_utf8_lossy(mail).trim()),
        }
    }
    if mails.is_empty() {
        return Err(FormatError::Empty { path: path.to_owned() });
    }
    Ok(writer.finish())
}

/// The mails of a mailbox; lines of a mail's text that would look like the next mail's are quoted there.
fn mails(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut mails: Vec<Vec<u8>> = Vec::new();
    let (mut at, mut after_blank) = (0, true);
    while at < bytes.len() {
        let line = line_at(bytes, at);
        at += line.len();
        if after_blank && is_separator(line) {
            mails.push(Vec::new());
        } else if let Some(mail) = mails.last_mut() {
            let quotes = line.iter().take_while(|&&byte| byte == b'>').count();
            let quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
            mail.extend(&line[usize::from(quoted)..]);
        }
        after_blank = line.trim_ascii().is_empty();
    }
    mails
}

/// `From ana@example.com Sat Mar  7 10:00:00 2026`
fn is_separator(line: &[u8]) -> bool {
    let time =
        |window: &[u8]| matches!(window, [a, b, b':', c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()));
    line.starts_with(b"From ") && line.windows(5).any(time)
}

/// A line with its end.
fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..];
    &rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)]
}

/// Who wrote a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Person {
    name: String,
    address: String,
}

impl Person {
    fn of(address: Option<&Addr<'_>>) -> Option<Self> {
        let address = address?;
        let text = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
        let person = Self { name: text(address.name()), address: text(address.address()) };
        (person != Self::default()).then_some(person)
    }

    /// `Ana Kirova <ana@example.com>`, `ana@example.com` or `"Kirova, Ana" [mailto:ana@example.com]`.
    fn written(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches('*').trim();
        let at = text.find('@')?;
        let ends = |c: char| c.is_whitespace() || "<>[]()\"':;,".contains(c);
        let start =
            text[..at].rfind(ends).map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let end = text[at..].find(ends).map_or(text.len(), |after| at + after);
        let name = text[..start].trim_end_matches("mailto:").trim_matches(|c: char| ends(c));
        Some(Self { name: name.trim().to_owned(), address: text[start..end].to_owned() })
    }
}

fn cells(mail: &Message<'_>) -> [String; COLUMNS.len()] {
    let sender = Person::of(mail.from().and_then(|from| from.first())).unwrap_or_default();
    let reply_to = Person::of(mail.reply_to().and_then(|to| to.first()));
    let subject = mail.subject().unwrap_or_default().trim().to_owned();
    let mut text = body(mail);
    let mut forwarded = if is_forward(&subject) { forwarded(&text) } else { None };
    if forwarded.is_none() && is_forward(&subject) {
        // Forwarded as an attachment.
        let inner = mail.attachments().find_map(|part| part.message());
        if let Some(inner) = inner {
            text = body(inner);
            forwarded = Person::of(inner.from().and_then(|from| from.first()));
        }
    }
    // Answers to who forwarded it don't reach who wrote it.
    let reply_to = reply_to.filter(|_| forwarded.is_none());
    let person =
        forwarded.or_else(|| reply_to.clone().map(|to| answered(to, &sender))).unwrap_or_else(|| sender.clone());
    let other = [&sender.address, reply_to.as_ref().map_or(&sender.address, |to| &to.address)];
    let other =
        other.into_iter().find(|other| !other.eq_ignore_ascii_case(&person.address) && **other != sender.address);
    let attachments = mail.attachments().filter_map(MimeHeaders::attachment_name);
    let to = mail.to().and_then(|to| to.first()).and_then(Addr::address).unwrap_or_default();
    [
        mail.message_id().unwrap_or_default().to_owned(),
        mail.date().map(moment).unwrap_or_default(),
        person.name,
        person.address,
        other.cloned().unwrap_or_default(),
        subject,
        shortened(&text),
        "E-mail".to_owned(),
        sender.name,
        sender.address,
        to.to_owned(),
        attachments.collect::<Vec<_>>().join(", "),
    ]
}

/// The text of a mail; of one that is cut off, the part that never ends.
fn body(mail: &Message<'_>) -> String {
    let unnamed = || mail.parts.iter().filter(|part| part.attachment_name().is_none());
    let cut_off =
        || unnamed().find_map(|part| if let PartType::Text(text) = &part.body { Some(text.clone()) } else { None });
    mail.body_text(0).or_else(cut_off).unwrap_or_default().into_owned()
}

/// Who gets the answers is who asked; of the same address the sender's name.
fn answered(to: Person, sender: &Person) -> Person {
    match to.name.is_empty() && to.address.eq_ignore_ascii_case(&sender.address) {
        true => sender.clone(),
        false => to,
    }
}

/// "Fwd: Offer", in the languages of the mail programs.
fn is_forward(subject: &str) -> bool {
    const MARKS: [&str; 10] = ["fwd", "fw", "wg", "tr", "rv", "i", "enc", "pd", "препр", "пр"];
    let mut rest = subject.trim_start();
    while let Some((mark, after)) = rest.split_once(':') {
        let mark = mark.trim().to_lowercase();
        if MARKS.contains(&mark.as_str()) {
            return true;
        }
        if !["re", "aw", "sv", "rif", "ref", "отг"].contains(&mark.as_str()) {
            return false;
        }
        rest = after.trim_start();
    }
    false
}

/// The first sender that a forwarded mail names in its text.
fn forwarded(text: &str) -> Option<Person> {
    const SENDERS: [&str; 8] = ["from", "von", "de", "da", "от", "od", "van", "expéditeur"];
    text.lines().take(200).find_map(|line| {
        let line = line.trim_start_matches(|c: char| c == '>' || c == '*' || c.is_whitespace());
        // French has a space before the colon.
        let (word, sender) = line.split_once(':')?;
        let word = word.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
        if SENDERS.contains(&word.to_lowercase().as_str()) { Person::written(sender) } else { None }
    })
}

/// A moment in universal time.
fn moment(date: &DateTime) -> String {
    match date.is_valid() {
        true => calendar::timestamp(date.to_timestamp() * 1_000_000),
        false => String::new(),
    }
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    let lines = memmem::find_iter(&text.as_bytes()[..end], b"\n").nth(MOST_LINES);
    text[..lines.unwrap_or(end)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::delimited::{Entry, Reader};

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let flat = flat(bytes, Path::new("mail.eml")).unwrap();
        let mut reader = Reader::new(&flat.text, super::super::DELIMITER, 1);
        reader.read();
        std::iter::from_fn(|| match reader.read()? {
            Entry::Record(record) => {
                Some(record.iter().map(|cell| String::from_utf8(cell.to_vec()).unwrap()).collect())
            }
            Entry::Broken { .. } => panic!("a broken record"),
        })
        .collect()
    }

    const PLAIN: &str = "Return-Path: <ana@kirova.bg>\r\nFrom: =?windows-1251?B?wO3gIMro8O7i4A==?= <ana@kirova.bg>\r\n\
        To: sales@acme.com\r\nSubject: =?UTF-8?Q?Angebot_f=C3=BCr_M=C3=B6bel?=\r\nDate: Sat, 7 Mar 2026 10:00:00 +0200\r\n\
        Message-ID: <a1@kirova.bg>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nGuten Tag, gr=FC=DFe\r\n";

    #[test]
    fn headers_and_text_are_decoded() {
        let rows = rows(PLAIN.as_bytes());
        let expected = [
            "a1@kirova.bg",
            "2026-03-07 08:00:00",
            "Ана Кирова",
            "ana@kirova.bg",
            "",
            "Angebot für Möbel",
            "Guten Tag, grüße",
            "E-mail",
            "Ана Кирова",
            "ana@kirova.bg",
            "sales@acme.com",
            "",
        ];
        assert_eq!(rows, [expected.map(str::to_owned).to_vec()]);
    }

    #[test]
    fn the_lead_is_who_wants_something() {
        let mail = |headers: &str, text: &str| {
            format!(
                "From: Web <noreply@acme.com>\nDate: Sat, 7 Mar 2026 10:00:00 +0000\nTo: x@y.z\n{headers}\n\n{text}\n"
            )
        };
        let cases = [
            (mail("Subject: Hi", "text"), ["Web", "noreply@acme.com", ""]),
            (mail("Subject: Form\nReply-To: Ana Kirova <ana@kirova.bg>", "x"), ["Ana Kirova", "ana@kirova.bg", ""]),
            (
                mail(
                    "Subject: Fwd: Offer",
                    "See below.\n\n> From: \"Kirova, Ana\" <ana@kirova.bg>\n> Date: today\n> Hi",
                ),
                ["Kirova, Ana", "ana@kirova.bg", ""],
            ),
            (mail("Subject: WG: Angebot", "Von: Jan Nowak [mailto:jan@nowak.pl]"), ["Jan Nowak", "jan@nowak.pl", ""]),
            (
                mail(
                    "Subject: TR: Offre\nReply-To: info@acme.com",
                    "De : Marie Durand <marie@durand.fr>\nEnvoyé : hier\nÀ : nous\nObjet : Offre",
                ),
                ["Marie Durand", "marie@durand.fr", ""],
            ),
            (mail("Subject: Препр: Оферта", "От: ana@kirova.bg"), ["", "ana@kirova.bg", ""]),
            (mail("Subject: Forum: from: us", "From: nobody@x.y"), ["Web", "noreply@acme.com", ""]),
        ];
        for (mail, expected) in cases {
            let row = &rows(mail.as_bytes())[0];
            assert_eq!([&row[2], &row[3], &row[4]], expected, "{mail}");
        }
    }

    #[test]
    fn a_mailbox_holds_many() {
        let mbox = "From ana@kirova.bg Sat Mar  7 10:00:00 2026\nFrom: ana@kirova.bg\nSubject: One\n\n\
            >From here to there\nFrom the heart 10 people\n\n\
            From jan@nowak.pl Sat Mar  7 11:00:00 2026\nFrom: Jan <jan@nowak.pl>\nSubject: Two\n\nBye\n";
        let rows = rows(mbox.as_bytes());
        let told: Vec<[&str; 3]> = rows.iter().map(|row| [3, 5, 6].map(|at| row[at].as_str())).collect();
        assert_eq!(
            told,
            [["ana@kirova.bg", "One", "From here to there\nFrom the heart 10 people"], ["jan@nowak.pl", "Two", "Bye"],]
        );
    }

    #[test]
    fn mails_are_told_from_lists() {
        assert!(is_mail(PLAIN.as_bytes()) && !is_mailbox(PLAIN.as_bytes()));
        assert!(!is_mail(b"Name: first,Date: x,Subject: y\nAna,1,2\n"));
        assert!(!is_mail(b"From,To,Subject,Date\na@b.c,d@e.f,Hi,2026-03-07\n"));
        assert!(!is_mail(b""));
        assert!(is_mailbox(b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n"));
        assert!(!is_mailbox(b"From Name,Email\n10:30,x\n"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let mut mail = b"From: a@b.c\nSubject: Fwd: x\nDate: x\n".to_vec();
            mail.extend(bytes);
            flat(&mail, Path::new("x")).unwrap();
        }
    }
}
