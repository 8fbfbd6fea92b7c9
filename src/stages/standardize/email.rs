//! E-mail addresses, after RFC 5321: local part of at most 64 octets, a domain of valid labels under a public suffix.
//! Quoted local parts and address literals are not taken: exports don't have them.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::clean::{Clean, Several};
use super::labels::{self, Mark};
use super::placeholder::{is_no_address, is_placeholder};
use super::punycode::readable;
use super::text::tidy;
use crate::model::rows::FindingCode;

/// Local parts and names of domains that stand for nothing when both do: "test@test.com", "none@none.com".
const STAND_INS: [&str; 22] = [
    "test", "none", "no", "na", "noemail", "nomail", "no-email", "no-mail", "null", "unknown", "asdf", "x", "xx",
    "xxx", "a", "aa", "aaa", "abc", "email", "mail", "example", "nobody",
];
/// A cell of more bytes is a text, not a list of addresses.
const LONGEST: usize = 10_000;
/// What RFC 5321 (4.5.3.1) and RFC 1035 (2.3.4) allow, in octets.
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_ADDRESS: usize = 254;
const LONGEST_LABEL: usize = 63;
/// Words that stand before the address which is the main one, and are no name.
const LEADING: [&str; 2] = ["preferred", "primary"];
/// Mailboxes that nobody reads.
const UNREAD: [&str; 5] = ["noreply", "no-reply", "donotreply", "do-not-reply", "no_reply"];

/// Both: one look for the many addresses that have none of them.
static DOUBTFUL: LazyLock<HashSet<&'static str, FixedState>> =
    LazyLock::new(|| UNREAD.into_iter().chain(STAND_INS).collect());

/// The one address of a cell, the first of several.
pub fn email(raw: &str) -> Clean<String> {
    emails(raw).map(|addresses| addresses.first.into_owned())
}

/// All addresses of a cell, lower case, domains with the letters of their language, in order and each once: "a@x.com; b@y.com", "Ann <a@x.com>", "mailto:a@x.com",
/// "a (at) x.com". A word before or after an address may tell which one it is: "work: a@x.com, b@y.com (home)"; the one
/// that is called the main one comes first.
pub fn emails(raw: &str) -> Clean<Several<'_>> {
    if raw.len() > LONGEST && raw.trim().len() > LONGEST {
        return Clean::fault(FindingCode::InvalidEmail);
    }
    match bare(raw) {
        None => taken_apart(raw),
        Some((local, domain)) if is_no_address(local, domain) || is_stand_in(local, domain) => {
            Clean::fault(FindingCode::Placeholder)
        }
        Some((_, domain)) if !is_below_suffix(domain) => Clean::fault(FindingCode::InvalidEmail),
        Some(_) => Clean::of(Several::from(Cow::Borrowed(raw))),
    }
}

/// Whether a cell is nothing but addresses, with what they are called ("work: a@x.com; b@y.com") or whose they are ("Ann
/// <a@x.com>"): not a text in which one stands.
pub fn is_of_addresses(raw: &str) -> bool {
    if raw.len() > LONGEST {
        return false;
    }
    let found = addresses_of(&spelled_out(tidy(raw).to_lowercase()));
    found.strange < found.addresses.len()
}

/// One address of small letters, digits and few marks, well formed and with nothing around it, in two: two thirds of all
/// cells, seen through in one pass.
fn bare(raw: &str) -> Option<(&str, &str)> {
    let (mut sign, mut label, mut before) = (None, 0, b'.');
    for (at, byte) in raw.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'_' | b'+' | b'-' if sign.is_none() && at > 0 => {}
            // Two in a row stand in labels whose letters are to be read: "xn--mller-kva".
            b'-' if !matches!(before, b'.' | b'@' | b'-') => {}
            b'.' if sign.is_none() && before != b'.' => {}
            b'.' if !matches!(before, b'.' | b'@' | b'-') && at - label <= LONGEST_LABEL => label = at + 1,
            b'@' if sign.is_none() && before != b'.' && at <= LONGEST_LOCAL_PART => (sign, label) = (Some(at), at + 1),
            _ => return None,
        }
        before = byte;
    }
    let (local, domain) = (&raw[..sign?], &raw[sign? + 1..]);
    let top = &raw[label..];
    let is_top = (2..=LONGEST_LABEL).contains(&top.len()) && before != b'-' && !is_number(top);
    (is_top && top.len() < domain.len() && raw.len() <= LONGEST_ADDRESS).then_some((local, domain))
}

fn taken_apart(raw: &str) -> Clean<Several<'static>> {
    let text = tidy(raw).to_lowercase();
    if text.is_empty() {
        return Clean::blank();
    }
    if is_placeholder(&text) {
        return Clean::fault(FindingCode::Placeholder);
    }
    let Found { addresses, finding, .. } = addresses_of(&spelled_out(text));
    match (addresses.is_empty(), finding) {
        (true, finding) => Clean::fault(finding.unwrap_or(FindingCode::InvalidEmail)),
        (false, None) => Clean::of(Several::of(labels::main_first(addresses))),
        (false, Some(code)) => Clean::kept(Several::of(labels::main_first(addresses)), code),
    }
}

/// What a cell has.
#[derive(Debug, Default)]
struct Found {
    /// The usable addresses, each once, and what they are called.
    addresses: Vec<(Option<Mark>, String)>,
    /// What is wrong with the first of the others.
    finding: Option<FindingCode>,
    /// Words that are neither addresses nor what they are called; names before brackets don't count.
    strange: usize,
}

fn addresses_of(text: &str) -> Found {
    let Found { mut addresses, mut finding, mut strange } = Found::default();
    for part in parts(text) {
        let first = addresses.len();
        let mut mark = around_brackets(part);
        let mut is_main = false;
        for piece in pieces(part) {
            // "work: ann@x.com": a word before an address is a part of a name unless it says that something follows.
            let announces = piece.ends_with([':', '=']);
            let (before, piece) = label_of(trim_address(piece));
            mark = before.or(mark);
            if !piece.contains('@') {
                // "preferred ann@x.com"
                is_main = LEADING.contains(&piece) || piece.is_empty() && is_main;
                let said = labels::mark(piece);
                strange +=
                    usize::from(said.is_none() && piece.contains(char::is_alphanumeric) && !labels::says_what(piece));
                match addresses[first..].last_mut() {
                    // "ann@x.com (home)"
                    Some((open @ None, _)) if !announces && piece.len() > 1 => *open = said,
                    _ if announces => mark = said.or(mark),
                    _ => {}
                }
            } else if let Some(code) = check(piece) {
                finding = finding.or(Some(code));
            } else if let Some(address) =
                Some(with_letters(piece)).filter(|it| !addresses.iter().any(|(_, own)| own == it))
            {
                addresses.push((mark.take().or(is_main.then_some(Mark::Main)), address.into_owned()));
                is_main = false;
            }
        }
    }
    Found { addresses, finding, strange }
}

/// A good address with the letters of its domain, as far as they make a good one.
fn with_letters(address: &str) -> Cow<'_, str> {
    let at = address.rfind('@').map_or(0, |at| at + 1);
    match readable(&address[at..]) {
        Cow::Borrowed(_) => Cow::Borrowed(address),
        Cow::Owned(domain) => {
            let read = [&address[..at], &domain].concat();
            if check(&read).is_none() { Cow::Owned(read) } else { Cow::Borrowed(address) }
        }
    }
}

/// "work: Ann <ann@x.com>", "Ann <ann@x.com> (work)": what an address in brackets is called.
fn around_brackets(part: &str) -> Option<Mark> {
    let (before, rest) = part.split_once('<')?;
    let behind = rest.split_once('>').filter(|_| !rest.contains('<')).map_or("", |(_, behind)| behind);
    before.split_once(':').and_then(|(word, _)| labels::mark(word)).or_else(|| labels::mark(behind))
}

/// "work:ann@x.com": what the address is called, and the address.
fn label_of(piece: &str) -> (Option<Mark>, &str) {
    match piece.split_once(':') {
        Some((word, address)) if address.contains('@') && labels::mark(word).is_some() => (labels::mark(word), address),
        _ => (None, piece),
    }
}

/// What stands between separators; a comma may stand in a name before its address, too.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let bracketed = text.contains('<');
    text.split(move |c: char| matches!(c, ';' | '|') || c == ',' && !bracketed)
}

/// What is wrong with an address.
fn check(address: &str) -> Option<FindingCode> {
    match address.split_once('@') {
        Some((local, domain)) => check_parts(local, domain),
        None => Some(FindingCode::InvalidEmail),
    }
}

fn check_parts(local: &str, domain: &str) -> Option<FindingCode> {
    if is_stand_in(local, domain) {
        return Some(FindingCode::Placeholder);
    }
    let is_address = local.len() + 1 + domain.len() <= LONGEST_ADDRESS && is_local_part(local) && is_host(domain);
    (!is_address).then_some(FindingCode::InvalidEmail)
}

/// "ann (at) x (dot) com" and "ann @ x.com" as addresses.
fn spelled_out(mut text: String) -> String {
    if text.contains('@') {
        return if text.contains(" @") || text.contains("@ ") {
            text.replace(" @", "@").replace("@ ", "@")
        } else {
            text
        };
    }
    for (written, sign) in [(" (at) ", "@"), ("(at)", "@"), (" [at] ", "@"), ("[at]", "@"), (" at ", "@")] {
        if text.contains(written) {
            text = text.replacen(written, sign, 1);
            break;
        }
    }
    for written in [" (dot) ", "(dot)", " [dot] ", "[dot]", " dot "] {
        text = text.replace(written, ".");
    }
    text
}

/// What stands in angle brackets, else what is separated by spaces, commas and the like.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let bracketed = text.contains('<');
    text.split(if bracketed { '<' } else { '\0' })
        .skip(usize::from(bracketed))
        .map(move |part| if bracketed { part.split('>').next().unwrap_or(part) } else { part })
        .flat_map(|part| part.split([';', ',', ' ', '|', '/', '>', '"', '(', ')', '[', ']']))
}

fn trim_address(piece: &str) -> &str {
    let piece = piece.trim_matches(|c: char| c == '\'' || c == '.' || c == ':' || c == '`');
    let piece =
        ["mailto:", "e-mail:", "email:", "smtp:"].iter().find_map(|label| piece.strip_prefix(label)).unwrap_or(piece);
    piece.split('?').next().unwrap_or(piece).trim_matches('.')
}

fn is_stand_in(local: &str, domain: &str) -> bool {
    let name = &domain[..domain.bytes().position(|byte| byte == b'.').unwrap_or(domain.len())];
    if local.len() == 1 && local == name {
        return true;
    }
    DOUBTFUL.contains(local)
        && (UNREAD.contains(&local)
            || (STAND_INS.contains(&name) && name != "mail" && name != "email" && name != "abc"))
}

fn is_local_part(local: &str) -> bool {
    (1..=LONGEST_LOCAL_PART).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.as_bytes().windows(2).any(|two| two == b"..")
        && local.chars().all(|c| match c {
            'a'..='z' | '0'..='9' | '.' | '-' | '_' | '+' => true,
            '!' | '#'..='\'' | '*' | '/' | '=' | '?' | '^' | '`' | '{'..='~' => true,
            _ => c.is_alphanumeric(),
        })
}

/// Whether a lower-case name is a host below a public suffix. A suffix need not be known: new ones appear every month,
/// and an address that is thrown away is worse than one that bounces.
pub(super) fn is_host(host: &str) -> bool {
    let is_top = |top: &str| top.len() >= 2 && !is_number(top);
    host.len() <= 253
        && has_labels(host)
        && host.bytes().rposition(|byte| byte == b'.').is_some_and(|dot| is_top(&host[dot + 1..]))
        && is_below_suffix(host)
}

fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_below_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.as_bytes().len() < host.len())
}

/// Whether the labels between the dots have 1 to 63 letters, digits and hyphens, none at their ends.
fn has_labels(host: &str) -> bool {
    let (mut length, mut before) = (0, b'.');
    for c in host.chars() {
        let byte = if c.is_ascii() { c as u8 } else { b'x' };
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' if c.is_alphanumeric() => length += c.len_utf8(),
            b'-' if before != b'.' => length += 1,
            b'.' if !matches!(before, b'.' | b'-') && length <= LONGEST_LABEL => length = 0,
            _ => return false,
        }
        before = byte;
    }
    (1..=LONGEST_LABEL).contains(&length) && before != b'-'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::entities::ContactLabel;
    use crate::stages::standardize::clean::Labelled;

    #[test]
    fn single_addresses() {
        for (raw, want) in [
            ("Ann.Lee@Example.COM", "ann.lee@example.com"),
            ("  ann@acme.de ", "ann@acme.de"),
            ("mailto:ann@acme.de", "ann@acme.de"),
            ("MAILTO:ann@acme.de?subject=Hi", "ann@acme.de"),
            ("<ann@acme.de>", "ann@acme.de"),
            ("Ann Lee <ann@acme.de>", "ann@acme.de"),
            ("\"Lee, Ann\" <ann@acme.de>", "ann@acme.de"),
            ("ann@acme.de.", "ann@acme.de"),
            ("ann@acme.de,", "ann@acme.de"),
            ("ann(at)acme.de", "ann@acme.de"),
            ("ann [at] acme [dot] de", "ann@acme.de"),
            ("ann at acme.de", "ann@acme.de"),
            ("ann @ acme.de", "ann@acme.de"),
            ("ann+news@acme.co.uk", "ann+news@acme.co.uk"),
            ("o'brien@acme.ie", "o'brien@acme.ie"),
            ("ann@münchen.de", "ann@münchen.de"),
            ("ann@xn--mnchen-3ya.de", "ann@münchen.de"),
            ("Ann <Ann@XN--MNCHEN-3YA.de>", "ann@münchen.de"),
            ("ann@a--b.de", "ann@a--b.de"),
            ("ann@gmial.com", "ann@gmial.com"),
            ("'ann@acme.de'", "ann@acme.de"),
            ("ann\u{200b}@acme.bg", "ann@acme.bg"),
            ("иван@пример.бг", "иван@пример.бг"),
            ("test@acme.com", "test@acme.com"),
        ] {
            assert_eq!(email(raw), Clean::of(want.to_owned()), "{raw:?}");
        }
    }

    #[test]
    fn unusable_addresses() {
        for raw in [
            "ann",
            "ann@",
            "@acme.de",
            "ann@acme",
            "ann@192.168.1.7",
            "ann@@acme.de",
            "ann..lee@acme.de",
            "ann@-acme.de",
            "ann@acme..de",
            "ann@co.uk",
        ] {
            assert_eq!(email(raw), Clean::fault(FindingCode::InvalidEmail), "{raw}");
        }
        let long = format!("{}@acme.de", "a".repeat(65));
        assert_eq!(email(&long), Clean::fault(FindingCode::InvalidEmail));
        for raw in ["n/a", "test@test.com", "none@none.com", "noreply@acme.de", "x@x.x", "NOEMAIL@NOEMAIL.COM", "-"] {
            assert_eq!(email(raw), Clean::fault(FindingCode::Placeholder), "{raw}");
        }
        assert_eq!(email(""), Clean::blank());
    }

    #[test]
    fn several_addresses() {
        let one = |label: Option<ContactLabel>, value: &str| Labelled { label, value: value.to_owned() };
        let both = vec![one(None, "a@acme.de"), one(None, "b@acme.de")];
        for raw in [
            "a@acme.de; b@acme.de",
            "a@acme.de,b@acme.de",
            "a@acme.de b@acme.de",
            "A <a@acme.de>, B <b@acme.de>",
            "a@acme.de;a@acme.de;b@acme.de",
        ] {
            assert_eq!(emails(raw), Clean::of(Several::of(both.clone())), "{raw}");
        }
        let (work, home) = (Some(ContactLabel::Business), Some(ContactLabel::Home));
        for raw in [
            "work: a@acme.de; home: b@acme.de",
            "a@acme.de (work), b@acme.de (privat)",
            "Büro:a@acme.de | privat:b@acme.de",
            "work: a@acme.de home: b@acme.de",
            "a@acme.de - geschäftlich\nb@acme.de - home",
            "work: A <a@acme.de>; home: B <b@acme.de>",
        ] {
            let named = vec![one(work, "a@acme.de"), one(home, "b@acme.de")];
            assert_eq!(emails(raw), Clean::of(Several::of(named)), "{raw}");
        }
        assert_eq!(emails("Maria C. Lopez a@acme.de"), Clean::of(Several::from(Cow::Borrowed("a@acme.de"))));
        assert_eq!(emails("Casa Maria a@acme.de"), Clean::of(Several::from(Cow::Borrowed("a@acme.de"))));
        let main = vec![one(None, "b@acme.de"), one(None, "a@acme.de")];
        for raw in [
            "a@acme.de; main: b@acme.de",
            "a@acme.de\nprimary: b@acme.de",
            "a@acme.de, b@acme.de (preferred)",
            "a@acme.de, preferred b@acme.de",
            "a@acme.de; B <b@acme.de> (preferred)",
            "a@acme.de | Hauptadresse: b@acme.de",
        ] {
            assert_eq!(emails(raw), Clean::of(Several::of(main.clone())), "{raw}");
        }
        let both = vec![one(None, "a@acme.de"), one(None, "b@acme.de")];
        assert_eq!(emails("a@acme.de; Primary Care b@acme.de"), Clean::of(Several::of(both)));
        let first = Several::from(Cow::Borrowed("a@acme.de"));
        assert_eq!(emails("a@acme.de; b@acme"), Clean::kept(first, FindingCode::InvalidEmail));
    }

    #[test]
    fn cells_of_addresses_are_told_from_texts() {
        for raw in [
            "a@acme.de",
            "a@acme.de; b@acme.de",
            "a@acme.de and b@acme.de",
            "work: a@acme.de, b@acme.de (privat)",
            "E-Mail: a@acme.de | work email: b@acme.de",
            "Ann von der Lee <a@acme.de>, \"Lee, Bo\" <b@acme.de>",
            "a@acme.de - geschäftlich\nb@acme.de - home",
            "a@acme.de; not-one@; b@acme.de",
        ] {
            assert!(is_of_addresses(raw), "{raw}");
        }
        for raw in
            ["", "-", "Ann Lee", "write to a@acme.de", "asked a@acme.de, who sent b@acme.de a price", "a@", "work:"]
        {
            assert!(!is_of_addresses(raw), "{raw}");
        }
        assert!(!is_of_addresses(&"a@acme.de;".repeat(2000)));
    }

    #[test]
    fn a_text_is_no_list_of_addresses() {
        let all = |count: usize| (0..count).map(|at| format!("a{at}@x.com;")).collect::<String>();
        assert_eq!(emails(&all(500)).value.map(|found| found.listed.len()), Some(500));
        assert_eq!(emails(&all(5000)), Clean::fault(FindingCode::InvalidEmail));
    }

    proptest! {
        #[test]
        fn labels_are_those_between_dots(host in "[a-zA-Z0-9é_-]{0,4}([.]{1,2}[a-z0-9-]{0,66}){0,3}") {
            let label = |label: &str| {
                let ends = label.starts_with('-') || label.ends_with('-');
                (1..=63).contains(&label.len()) && !ends && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            };
            prop_assert_eq!(has_labels(&host), host.split('.').all(label));
        }

        #[test]
        fn bare_addresses_are_as_others(
            text in "[a-z0-9._+@-]{0,14}|[a-z.]{1,5}@[a-z-]{1,6}\\.[a-z.]{1,5}|(test|none|x|a)@(test|x|mail)\\.com",
        ) {
            prop_assert_eq!(emails(&text), taken_apart(&text));
        }

        #[test]
        fn never_fails(text in "\\PC{0,60}") {
            if let Some(addresses) = emails(&text).value {
                prop_assert!(!addresses.first.is_empty());
            }
        }

        #[test]
        fn clean_addresses_stay(local in "[A-Za-z0-9._+']{1,12}", domain in "[a-zA-Z0-9-]{1,10}\\.(com|de|co\\.uk|bg)") {
            if let Some(address) = email(&format!("{local}@{domain}")).value {
                prop_assert_eq!(email(&address), Clean::of(address));
            }
        }
    }
}
