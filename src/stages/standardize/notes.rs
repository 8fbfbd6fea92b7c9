//! Notes that a program glued into one cell, taken apart: an entry begins with a line that says when it was written,
//! and mostly by whom.
//!
//! "[21.11.2026 14:05] Ana Kirova: called back", "11/21/2026 3:45 PM - Jan Nowak - sent the offer", "Jan Nowak
//! (2026-11-21):" with the text below. What stands before the first such line is an entry without a time.

use std::borrow::Cow;

use rayon::prelude::*;

use super::clean::Clean;
use super::columns::Faults;
use super::date::{DateEvidence, DateOrder, DateStyle, evidence, moment};
use super::number::amount;
use super::styles::{DateVotes, Habit};
use super::vocabulary::{activity_kind, meaning};
use crate::model::leads::{GluedNotes, NoteEntry, Values};
use crate::model::rows::FindingCode;
use crate::model::text::{BLANK, TextColumn};

/// Characters that a date with its time has at most ("Saturday, 21 September 2026 at 10:05:07 PM").
const LONGEST_DATE: usize = 48;
/// Words that a person's name has at most.
const LONGEST_NAME: usize = 5;

/// The notes of a column that are several, by value and source. Dates that could be either are read as the other notes
/// of the source tell, else as its date columns (with their votes by source), else by its habit; that it was a mere hint
/// is told at the first of them.
pub(super) fn glued(
    notes: &Values,
    sources: &[u32],
    columns: &[Vec<DateVotes>],
    habits: &[Habit],
) -> (Vec<GluedNotes>, Faults) {
    let Values::Text(column) = notes else { return (Vec::new(), Vec::new()) };
    let parse = |code: u32| Some((code, entries(column.dictionary.get(code)))).filter(|(_, found)| is_glued(found));
    let parsed: Vec<(u32, Vec<Entry>)> =
        (1..column.dictionary.len() as u32).into_par_iter().filter_map(parse).collect();
    if parsed.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let of = |code: u32| parsed.binary_search_by_key(&code, |(known, _)| *known).ok().map(|at| &parsed[at].1);
    let values = values_by_source(column, sources);
    let mut votes = vec![DateVotes::default(); habits.len()];
    for &(code, source) in &values {
        let dates = of(code).into_iter().flatten().filter(|entry| !entry.date.is_empty());
        dates.for_each(|entry| votes[source as usize].add(evidence(entry.date)));
    }
    let style = |(source, (&votes, habit)): (usize, (&DateVotes, &Habit))| {
        let all: Vec<DateVotes> = columns.iter().map(|column| column[source]).collect();
        habit.style(votes, &all)
    };
    let styles: Vec<(DateStyle, bool)> = votes.iter().zip(habits).enumerate().map(style).collect();
    let glued = |&(code, source): &(u32, u32)| {
        if habits[source as usize].whole_notes {
            return None;
        }
        let style = DateStyle { serials: false, ..styles[source as usize].0 };
        let entries = of(code)?.iter().map(|entry| entry.read(style)).collect();
        Some(GluedNotes { code, source: source as u16, entries })
    };
    let first_open = |source: usize| {
        let is_open = |entry: &Entry<'_>| matches!(evidence(entry.date), DateEvidence::Open { .. });
        let has_open = |code: u32| of(code).is_some_and(|entries| entries.iter().any(is_open));
        let row = (0u32..).zip(&column.codes).zip(sources);
        let mut open = row.filter(|&((_, &code), &of)| of as usize == source && has_open(code));
        open.next().map(|((row, _), _)| (row, FindingCode::AmbiguousDate))
    };
    let asked = (0..habits.len()).filter(|&source| styles[source].1 && !habits[source].whole_notes);
    (values.iter().filter_map(glued).collect(), asked.filter_map(first_open).collect())
}

/// Each value once with each source that has it, ascending.
fn values_by_source(column: &TextColumn, sources: &[u32]) -> Vec<(u32, u32)> {
    let pairs = column.codes.iter().copied().zip(sources.iter().copied());
    let mut pairs: Vec<(u32, u32)> = pairs.filter(|&(code, _)| code != BLANK).collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// An entry as written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry<'a> {
    /// "" before the first line with a time.
    date: &'a str,
    author: &'a str,
    text: String,
}

impl Entry<'_> {
    fn read(&self, style: DateStyle) -> NoteEntry {
        let at = if self.date.is_empty() { None } else { moment(self.date, style).value.map(|at| at.micros) };
        NoteEntry { at, author: self.author.to_owned(), text: self.text.clone() }
    }
}

/// A text with no line that says when is one note as it stands.
fn is_glued(entries: &[Entry<'_>]) -> bool {
    entries.iter().any(|entry| !entry.date.is_empty())
}

/// The entries of a text; those without any text are left out.
fn entries(text: &str) -> Vec<Entry<'_>> {
    // Nothing to take apart without digits: most notes.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for line in text.lines() {
        if let Some((date, author, rest)) = heading(line) {
            entries.push(Entry { date, author, text: rest.into_owned() });
        } else if !is_rule(line) {
            match entries.last_mut() {
                Some(entry) => {
                    entry.text.push('\n');
                    entry.text.push_str(line);
                }
                None => entries.push(Entry { date: "", author: "", text: line.to_owned() }),
            }
        }
    }
    for entry in &mut entries {
        entry.text = entry.text.trim().to_owned();
        // Words alone after a date are a name or a short note; with nothing below them they are the note.
        if entry.text.is_empty() && !entry.author.is_empty() {
            entry.text = std::mem::take(&mut entry.author).to_owned();
        }
    }
    entries.retain(|entry| !entry.text.is_empty());
    entries
}

/// A line between entries: "-----", "* * *".
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.chars().all(|c| "-=*_~# ".contains(c))
}

/// When, who and the text of a line that begins an entry.
fn heading(line: &str) -> Option<(&str, &str, Cow<'_, str>)> {
    let line = line.trim().trim_start_matches(|c: char| "-*=_#>•·[(<— ".contains(c));
    let line = without_number(line);
    if line.chars().take(16).any(|c| c.is_ascii_digit())
        && let Some((date, rest)) = leading_date(line)
    {
        return dated(date, rest).map(|(date, author, text)| (date, author, Cow::Borrowed(text)));
    }
    let (name, rest) = leading_name(line)?;
    let (date, rest) = leading_date(rest)?;
    let text = rest.trim_start_matches([')', ']', ' ']);
    let marked = text.is_empty() || text.starts_with([':', '-', '–', '—', '|']);
    if !marked || is_range(text) {
        return None;
    }
    let text = after_mark(text);
    match (is_author(name), text) {
        (true, _) => Some((date, name, Cow::Borrowed(text))),
        // "On Monday, 21.11.2026: …"
        (false, _) if name.split(' ').all(|word| is_day(word) || is_no_name(word)) => {
            Some((date, "", Cow::Borrowed(text)))
        }
        (false, "") if is_kind(name) => Some((date, "", Cow::Borrowed(name))),
        (false, _) if is_kind(name) => Some((date, "", Cow::Owned(format!("{name}: {text}")))),
        // "Next Fair - 31.12.2027" names what happens then.
        (false, _) => None,
    }
}

/// "1) 21.11.2026", "2. 11/22/2026" without the number of the entry.
fn without_number(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = line[digits..].strip_prefix([')', '.', ':', ']']).filter(|_| (1..=3).contains(&digits));
    match numbered {
        Some(rest) if rest.starts_with(' ') => {
            let rest = rest.trim_start_matches([' ', '[', '(']);
            if leading_date(rest).is_some() { rest } else { line }
        }
        _ => line,
    }
}

/// A line after its date.
fn dated<'a>(date: &'a str, rest: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    if is_range(rest) {
        return None;
    }
    let has_time = date.contains(':');
    let closed = rest.trim_start_matches([' ', ',']);
    let marked = closed.is_empty() || closed.starts_with([']', ')', ':', '-', '–', '—', '|', '>', '(']);
    let body = closed.trim_start_matches([']', ')', ':', '-', '–', '—', '|', '>', '(', ' ', ',']);
    // "21.11.2026: 1,200.00": a list of amounts by day.
    let first = body.split(['|', '\t', ';']).next().unwrap_or(body);
    if !has_time && amount(first.split(" - ").next().unwrap_or(first), None).value.is_some() {
        return None;
    }
    // After "21.11.2026:" comes the text; what a colon ends there is a name only if it is a whole one.
    let is_whole = |name: &str| !closed.starts_with(':') || name.contains([' ', '@']);
    let by = BY.iter().find_map(|by| named(body.strip_prefix(by)?));
    let author = by.or_else(|| named(body)).filter(|(name, _)| is_whole(name));
    // "2026-12-01 is the deadline" begins with a date and is no entry.
    match author {
        Some((author, text)) if is_author(author) => Some((date, author, text)),
        // "21.11.2026 Call: no answer" says what it was.
        Some(_) => Some((date, "", body)),
        None if marked || has_time || is_kind(body) => Some((date, "", body)),
        None => None,
    }
}

/// Words before a writer's name.
const BY: [&str; 9] = ["by ", "By ", "von ", "Von ", "par ", "Par ", "por ", "da ", "от "];

/// A name at the beginning of what follows a date, and the text: "Ana Kirova: …", "Ana Kirova - …", or the name alone.
fn named(text: &str) -> Option<(&str, &str)> {
    let ends = [": ", ":", ") ", "] ", " - ", " – ", " — ", " | ", ">"];
    let end = ends.iter().filter_map(|mark| Some((text.find(mark)?, mark.len()))).min();
    let (name, rest) = match end {
        Some((at, length)) => (&text[..at], &text[at + length..]),
        None => (text.trim_end_matches(|c: char| "-*=_#~ ".contains(c)), ""),
    };
    // One word alone is a short note: "21.11.2026 Voicemail".
    let alone = end.is_none() && !name.ends_with(':') && !name.trim().contains([' ', '@']);
    // What is bracketed behind a name, before a colon, is what its bearer does.
    let name = if text[name.len()..].starts_with(':') { without_role(name) } else { name };
    let name = name.trim().trim_end_matches([')', ']', ':']);
    (!alone && is_name(name)).then(|| (name, after_mark(rest)))
}

/// "Ana Kirova (", "Ana Kirova, ", "Ana Kirova - " before a date.
fn leading_name(line: &str) -> Option<(&str, &str)> {
    let digit = line.find(|c: char| c.is_ascii_digit())?;
    // "Contract End: 31.12.2027" names what happens then, not who wrote it.
    let name = line[..digit].trim_end_matches(|c: char| "([,-–—| ".contains(c));
    let bracketed = line[name.len()..digit].contains(['(', '[']);
    let (end, name) = (name.len(), without_role(name));
    let words = name.split_whitespace().count();
    (is_name(name) && (words > 1 || bracketed) && end < digit).then(|| (name, &line[digit..]))
}

/// "Ana Kirova (Sales)" without what is bracketed.
fn without_role(name: &str) -> &str {
    match name.trim_end().strip_suffix(')').and_then(|name| name.rsplit_once(" (")) {
        Some((person, role)) if role.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) => person,
        Some((person, role)) if role.contains('@') => person,
        _ => name,
    }
}

/// Whether what looks like a name is one: "Call", "Anruf bei Lang", "On Monday" are none.
fn is_author(name: &str) -> bool {
    let days = name.split_whitespace().all(is_day);
    let first = name.split_whitespace().next().unwrap_or(name);
    !days && !is_no_name(first) && !is_kind(name)
}

/// Words that say what was done.
fn is_kind(name: &str) -> bool {
    const KINDS: [&str; 18] = [
        "called",
        "voicemail",
        "callback",
        "besuch",
        "visite",
        "demo",
        "follow",
        "follow-up",
        "telefon",
        "telefonisch",
        "rückruf",
        "rappel",
        "update",
        "status",
        "info",
        "wiedervorlage",
        "визита",
        "разговор",
    ];
    let first = name.split_whitespace().next().unwrap_or(name).trim_matches(['.', ',', ':']);
    [name, first].into_iter().any(|words| activity_kind(words).is_some()) || KINDS.contains(&&*first.to_lowercase())
}

fn is_no_name(word: &str) -> bool {
    const NO_NAMES: [&str; 17] = [
        "on",
        "at",
        "after",
        "before",
        "with",
        "for",
        "next",
        "last",
        "until",
        "am",
        "nach",
        "vor",
        "beim",
        "bis",
        "mit",
        "след",
        "преди",
    ];
    NO_NAMES.contains(&&*word.trim_matches(',').to_lowercase())
}

fn is_day(word: &str) -> bool {
    meaning("date_word", word.trim_matches(',')).is_some() && !word.starts_with(char::is_lowercase)
}

/// Words with capitals, particles among them ("Jan van der Berg"), or an e-mail address.
fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 12] = ["von", "van", "de", "der", "den", "da", "di", "del", "la", "le", "ten", "zu"];
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [one] = words[..]
        && one.contains('@')
    {
        return super::email::email(one).value.is_some();
    }
    let is_capital = |word: &&str| word.starts_with(char::is_uppercase);
    let fits = |word: &&str| {
        let letters = |c: char| c.is_alphabetic() || "-'’.,".contains(c);
        word.chars().all(letters) && (is_capital(word) || PARTICLES.contains(word))
    };
    (1..=LONGEST_NAME).contains(&words.len()) && words.iter().all(fits) && is_capital(&words[0])
}

/// The longest beginning of a text that is a date with or without a time, and what follows it.
fn leading_date(text: &str) -> Option<(&str, &str)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices().take(LONGEST_DATE) {
        if before.is_alphanumeric() && !c.is_alphanumeric() || before == '.' && c == ' ' {
            ends.push(at);
        }
        before = c;
    }
    if text.chars().count() <= LONGEST_DATE {
        ends.push(text.trim_end_matches([')', ']', ':', ' ']).len());
    }
    // "06-12-34-56-78" is a phone number.
    let runs_on = |date: &str, rest: &str| {
        let digit =
            rest.strip_prefix(['-', '.', '/']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        digit && !date.contains(':')
    };
    let mut splits = ends.into_iter().rev().map(|end| text.split_at(end));
    splits.find(|(date, rest)| is_date(date) && !runs_on(date, rest))
}

fn is_date(text: &str) -> bool {
    // A bare number is an amount or a phone number rather than a day.
    let written = text.contains(['.', '/', '-']) || text.contains(char::is_alphabetic);
    // "10:00-11:00" is how long something lasts, no zone.
    let lasts = text.split_once(':').is_some_and(|(_, rest)| rest.contains(['-', '–']));
    let style = DateStyle { order: DateOrder::DayFirst, serials: false };
    let turned = DateStyle { order: DateOrder::MonthFirst, serials: false };
    let reads = |style| matches!(moment(text, style), Clean { value: Some(_), .. });
    written && !lasts && (reads(style) || reads(turned))
}

/// "21.11.2026 - 25.11.2026" says how long something lasts.
fn is_range(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| " -–—".contains(c) || c == ',');
    let rest =
        ["to ", "bis ", "until ", "au ", "al ", "до "].iter().find_map(|to| rest.strip_prefix(to)).unwrap_or(rest);
    rest.starts_with(|c: char| c.is_ascii_digit()) && leading_date(rest).is_some()
}

fn after_mark(text: &str) -> &str {
    text.trim_start_matches(|c: char| ":-–—|)]> ".contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::plan::Locale;

    #[test]
    fn lines_that_begin_an_entry() {
        for (line, expected) in [
            ("[21.11.2026 14:05] Ana Kirova: called back", ("21.11.2026 14:05", "Ana Kirova", "called back")),
            ("2026-11-21 14:05:00 - ana@acme.com - sent offer", ("2026-11-21 14:05:00", "ana@acme.com", "sent offer")),
            ("11/21/2026 3:45 PM Jan Nowak - sent the offer", ("11/21/2026 3:45 PM", "Jan Nowak", "sent the offer")),
            ("21.11.2026: no answer", ("21.11.2026", "", "no answer")),
            ("21.11.2026 14:05 no answer", ("21.11.2026 14:05", "", "no answer")),
            ("--- 21.11.2026 Jan Nowak ---", ("21.11.2026", "Jan Nowak", "")),
            ("2026-11-21 | Jan van der Berg | visited", ("2026-11-21", "Jan van der Berg", "visited")),
            ("Ana Kirova (21.11.2026 14:05): called", ("21.11.2026 14:05", "Ana Kirova", "called")),
            ("Ana (21.11.2026): called", ("21.11.2026", "Ana", "called")),
            ("Ana Kirova, 21 Nov 2026", ("21 Nov 2026", "Ana Kirova", "")),
            ("Ана Кирова - 21.11.2026: обади се", ("21.11.2026", "Ана Кирова", "обади се")),
            ("21. März 2026, Jörg Müller: Messe", ("21. März 2026", "Jörg Müller", "Messe")),
            ("(3/4/2026 by Jan Nowak) Sent", ("3/4/2026", "Jan Nowak", "Sent")),
            ("26.11.2026 10:00 by phone", ("26.11.2026 10:00", "", "by phone")),
            ("12.12.2026 10:00-11:00 Meeting", ("12.12.2026 10:00", "", "11:00 Meeting")),
            ("22.11.2026 10:30 Voicemail", ("22.11.2026 10:30", "", "Voicemail")),
            ("21.11.2026: Budget: 5000 EUR", ("21.11.2026", "", "Budget: 5000 EUR")),
            ("Nov 21, 2026 3:45 PM - Jan Nowak - sent", ("Nov 21, 2026 3:45 PM", "Jan Nowak", "sent")),
            ("21.11.2026 Anruf: niemand da", ("21.11.2026", "", "Anruf: niemand da")),
            ("21.11.2026 14:05 - Call - no answer", ("21.11.2026 14:05", "", "Call - no answer")),
            ("21.11.2026 Call with Jan: agreed", ("21.11.2026", "", "Call with Jan: agreed")),
            ("21.11.2026 called, no answer", ("21.11.2026", "", "called, no answer")),
            ("Phone Call - 21.11.2026: no answer", ("21.11.2026", "", "Phone Call: no answer")),
            ("Call (21.11.2026)", ("21.11.2026", "", "Call")),
            ("21.11.2026 - On Monday: fair", ("21.11.2026", "", "On Monday: fair")),
            ("On Monday, 21.11.2026: fair", ("21.11.2026", "", "fair")),
            ("21.11.2026 Karl Freitag: Messe", ("21.11.2026", "Karl Freitag", "Messe")),
            ("21.11.2026 Ana Kirova (Sales): called", ("21.11.2026", "Ana Kirova", "called")),
            ("Ana Kirova (Sales), 21.11.2026: called", ("21.11.2026", "Ana Kirova", "called")),
            ("21.11.2026 14:05 Ana Kirova (called): x", ("21.11.2026 14:05", "", "Ana Kirova (called): x")),
            ("[21.11.2026 14:05] 5000", ("21.11.2026 14:05", "", "5000")),
            ("1) 21.11.2026 Ana Kirova: called", ("21.11.2026", "Ana Kirova", "called")),
            ("12. 21.11.2026 14:05 no answer", ("21.11.2026 14:05", "", "no answer")),
            ("#3: 2026-11-21 - sent", ("2026-11-21", "", "sent")),
            ("1. November 2026: Messe", ("1. November 2026", "", "Messe")),
            ("1. 2. 2026: Messe", ("1. 2. 2026", "", "Messe")),
        ] {
            let found = heading(line);
            assert_eq!(found.as_ref().map(|(date, author, text)| (*date, *author, &**text)), Some(expected), "{line}");
        }
        for line in [
            "2026-12-01 is the deadline",
            "Contract End: 31.12.2027",
            "Birth Date: 3/4/1975",
            "21.11.2026 - 25.11.2026 trade fair",
            "Met Ana on 21.11.2026 at the fair",
            "Offer 2026-11: 12,500",
            "0888 123 456: his new number",
            "12 desks by 3/4/2026",
            "Call 21.11.2026",
            "3 offers",
            "21.11.2026 1,200.00",
            "21.11.2026: 1.200,00 EUR",
            "2026-11-21 | 1200 | paid",
            "06-12-34-56-78",
            "06.12.34.56.78 - Ana",
            "06/12/34/56/78: his new number",
            "Next Fair - 31.12.2027",
        ] {
            assert_eq!(heading(line), None, "{line}");
        }
    }

    #[test]
    fn entries_of_a_note() {
        let text = "Met at the fair.\n21.11.2026 14:05 Ana Kirova: called\nno answer\n-----\n22.11.2026 Jan Nowak:\nSent\n23.11.2026:";
        let entry = |date, author, text: &str| Entry { date, author, text: text.to_owned() };
        let expected = [
            entry("", "", "Met at the fair."),
            entry("21.11.2026 14:05", "Ana Kirova", "called\nno answer"),
            entry("22.11.2026", "Jan Nowak", "Sent"),
        ];
        assert_eq!(entries(text), expected);
        assert!(!is_glued(&entries("Wants 3 desks\nby 2026")));
        let short = entries("21.11.2026 14:05 Ana Kirova: called\n22.11.2026: Trade Fair");
        assert_eq!(short[1], entry("22.11.2026", "", "Trade Fair"));
    }

    #[test]
    fn the_dates_of_a_source_are_read_alike() {
        let text = |value: &str| Values::Text([value, "13/2/2026: x"].into_iter().collect());
        let at = |values: &Values, sources: &[u32], american: &[bool]| {
            let habits: Vec<Habit> = american.iter().map(|&american| Habit { american, ..Habit::default() }).collect();
            glued(values, sources, &[], &habits).0[0].entries[0].at.map(|at| at / 86_400_000_000)
        };
        let (april, march) = (Some(20_546), Some(20_516));
        // The other note of the source has a day over 12; another source's has not.
        assert_eq!(at(&text("3/4/2026: x"), &[0, 0], &[true, true]), april);
        assert_eq!(at(&text("3/4/2026: x"), &[0, 1], &[true, true]), march);
        assert_eq!(at(&text("3/4/2026: x"), &[0, 1], &[false, true]), april);
    }

    #[test]
    fn an_open_date_is_told_once() {
        let notes = |first: &str| Values::Text(["x", first, "3/5/2026: y", "3/6/2026: z"].into_iter().collect());
        let faults = |notes: &Values, habit: Habit| glued(notes, &[0, 0, 0, 0], &[], &[habit]).1;
        let open = vec![(1, FindingCode::AmbiguousDate)];
        assert_eq!(faults(&notes("3/4/2026: x"), Habit::default()), open);
        assert_eq!(faults(&notes("13/4/2026: x"), Habit::default()), []);
        let locale = Some(Locale { month_first: true, decimal_comma: false });
        assert_eq!(faults(&notes("3/4/2026: x"), Habit { locale, ..Habit::default() }), []);
        assert_eq!(faults(&notes("3/4/2026: x"), Habit { whole_notes: true, ..Habit::default() }), []);
        let mut decided = DateVotes::default();
        decided.add(DateEvidence::DayFirst);
        assert_eq!(glued(&notes("3/4/2026: x"), &[0; 4], &[vec![decided]], &[Habit::default()]).1, []);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_nothing_fails(text in "([0-9]{1,2}[./][0-9]{1,2}[./]2026|[A-Z][a-z]+|[:() -]|\\n|\\PC){0,40}") {
            let found = entries(&text);
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let kept: usize = found.iter().map(|entry| letters(&entry.text) + letters(entry.author) + letters(entry.date)).sum();
            prop_assert!(kept <= letters(&text));
        }
    }
}
