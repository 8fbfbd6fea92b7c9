//! Entries of suppression lists: addresses, domains, hashes and phone numbers, cleaned as those of leads.
//!
//! Lists fail closed: an entry that cannot be read is a finding, an unknown channel means all of them, and a list of
//! which nothing can be read stops the run.

use thiserror::Error;

use super::domain::{host_of, website};
use super::email::emails;
use super::phone::phones;
use super::text::tidy;
use super::vocabulary::meaning;
use crate::config::plan::{ConsentPlan, InputFile, LoadPlan};
use crate::config::preset::CrmKind;
use crate::model::consent::{Suppressed, Suppression, Wishes};
use crate::model::rows::{Finding, FindingCode, Origin, RawRecords, Reject, shown};

/// A suppression list of which nothing can be used.
#[derive(Debug, Error)]
#[error(
    "{file} suppresses nobody: none of its {rows} rows has an e-mail address, a domain, a hash or a phone number that can \
     be read. Mend it, or take it out of [consent] suppress if it is meant to be empty"
)]
pub struct UselessList {
    /// The file.
    pub file: String,
    /// Its rows.
    pub rows: usize,
}

/// What the lists say.
#[derive(Debug, Default)]
pub struct Suppressions {
    /// The entries, by what they stand for.
    pub entries: Vec<Suppression>,
    /// Rows that cannot be used, at their lines.
    pub findings: Vec<Finding>,
}

/// Reads the entries. Rows that were rejected when they were read are findings, too: no row of a list is a lead.
///
/// # Errors
/// When nothing of a list can be used.
pub fn suppressions(
    load: &LoadPlan,
    plan: &ConsentPlan,
    country: Option<&str>,
    raw: Option<&RawRecords>,
    rejects: &mut Vec<Reject>,
) -> Result<Suppressions, UselessList> {
    let (files, first) = load.suppression_lists();
    let Some(raw) = raw.filter(|_| !files.is_empty()) else { return Ok(Suppressions::default()) };
    let place =
        |origin: Origin| origin.file.checked_sub(first.file).map(|at| at as usize).filter(|&at| at < files.len());
    let mut read = Suppressions::default();
    let (of_lists, others) = std::mem::take(rejects).into_iter().partition(|it: &Reject| place(it.origin).is_some());
    *rejects = others;
    let broken: Vec<Reject> = of_lists;
    let mut rows = vec![0; files.len()];
    for reject in broken {
        place(reject.origin).into_iter().for_each(|at| rows[at] += 1);
        read.findings.push(unusable(reject.origin, &reject.text));
    }
    let mut used = vec![0; files.len()];
    for row in 0..raw.origins.len() {
        let origin = raw.origins[row];
        let Some(at) = place(origin) else { continue };
        rows[at] += 1;
        let cells = Cells::of(raw, row);
        used[at] += cells.read(origin, plan.lists[at], country, &mut read);
    }
    for (at, file) in files.iter().enumerate() {
        // The first line of a list without a header was taken for one.
        if let Some((cells, origin)) = header(file, Origin { file: first.file + at as u32, line: 1, ..first }) {
            used[at] += cells.read_if_entry(origin, plan.lists[at], country, &mut read);
        }
        if used[at] == 0 {
            return Err(UselessList { file: file.shown.clone(), rows: rows[at] });
        }
    }
    read.entries.sort_by(|a, b| (&a.whom, a.origin).cmp(&(&b.whom, b.origin)));
    Ok(read)
}

fn unusable(origin: Origin, text: &str) -> Finding {
    Finding {
        origin,
        field: CrmKind::Suppressions.name().to_owned(),
        code: FindingCode::UnusableSuppression,
        text: shown(text),
    }
}

/// The cells of a row, by the fields of a list.
struct Cells<'a>([&'a str; 8]);

impl<'a> Cells<'a> {
    fn of(raw: &'a RawRecords, row: usize) -> Self {
        let cell = |at: usize| raw.columns.get(at).map_or("", |column| column.get(row));
        Self(std::array::from_fn(cell))
    }

    /// Reads a row; how many entries it gives. The domain counts where nothing names a person beside it.
    fn read(&self, origin: Origin, wishes: Wishes, country: Option<&str>, read: &mut Suppressions) -> usize {
        let [email, email_2, hash, domain, phone, mobile, channel, _] = self.0;
        let people = [email, email_2, hash].into_iter().flat_map(of_address);
        let mut whom: Vec<Suppressed> =
            people.chain([phone, mobile].into_iter().flat_map(|it| of_phone(it, country))).collect();
        if whom.is_empty() {
            whom.extend(of_address(domain));
        }
        let said = [email, email_2, hash, domain, phone, mobile];
        if said.iter().all(|cell| cell.is_empty()) {
            return 0;
        }
        let of_channel = against(channel);
        let half_read = [email, email_2].into_iter().any(is_half_read);
        if whom.is_empty() || half_read || of_channel.is_none() {
            let said: Vec<&str> = said.into_iter().chain([channel]).filter(|cell| !cell.is_empty()).collect();
            read.findings.push(unusable(origin, &said.join(" | ")));
        }
        let wishes = if channel.is_empty() { wishes } else { of_channel.unwrap_or(Wishes::OPT_OUT) };
        let entries = whom.len();
        read.entries.extend(whom.into_iter().map(|whom| Suppression { whom, wishes, origin }));
        entries
    }

    /// The same for a header, whose words are no entries that cannot be read.
    fn read_if_entry(&self, origin: Origin, wishes: Wishes, country: Option<&str>, read: &mut Suppressions) -> usize {
        let findings = read.findings.len();
        let entries = self.read(origin, wishes, country, read);
        read.findings.truncate(findings);
        entries
    }
}

/// A header whose cells look like entries, and the line where it stands.
fn header(file: &InputFile, origin: Origin) -> Option<(Cells<'_>, Origin)> {
    let cell = |field: usize| {
        let own = file.mapping.iter().find(|column| column.target == field);
        let text = own.and_then(|column| file.header.get(*column.from.first()?)).map_or("", String::as_str);
        // "E-mail" and "Company.domain" are names of columns.
        let is_entry = text.contains('@')
            || digest(text).is_some()
            || text.starts_with(['+', '0', '1'])
            || text.contains('.') && field == 3;
        if is_entry { text } else { "" }
    };
    let cells = Cells(std::array::from_fn(cell));
    cells.0.iter().any(|cell| !cell.is_empty()).then_some((cells, origin))
}

/// The channel that a row names: all of them where it names none; none where the word is unknown.
fn against(channel: &str) -> Option<Wishes> {
    let mut wishes = Wishes::NONE;
    for word in channel.split([',', ';', '/', '+', '&']).map(str::trim).filter(|word| !word.is_empty()) {
        wishes = wishes.with(match meaning("channel", word)? {
            "email" => Wishes::DO_NOT_EMAIL,
            "call" => Wishes::DO_NOT_CALL,
            _ => Wishes::OPT_OUT,
        });
    }
    let both = Wishes::DO_NOT_EMAIL.with(Wishes::DO_NOT_CALL);
    Some(if wishes.is_none() || wishes.has(both) { Wishes::OPT_OUT } else { wishes })
}

/// A cell of addresses, or with one domain or hash.
fn of_address(cell: &str) -> Vec<Suppressed> {
    let text = tidy(cell).to_lowercase();
    if let Some(digest) = digest(&text) {
        return vec![Suppressed::Hash(digest)];
    }
    let at_start = text.trim_start_matches('*');
    if let Some(domain) = at_start.strip_prefix('@') {
        return of_domain(domain).into_iter().collect();
    }
    if !text.contains('@') {
        return of_domain(&text).into_iter().collect();
    }
    let Some(found) = emails(cell).value else { return Vec::new() };
    match &found.listed[..] {
        [] => vec![Suppressed::Email(found.first.into_owned())],
        several => several.iter().map(|one| Suppressed::Email(one.value.clone())).collect(),
    }
}

/// Whether some address of a cell cannot be read.
fn is_half_read(cell: &str) -> bool {
    let is_domain = cell.trim_start_matches(['*', ' ']).starts_with('@');
    cell.contains('@') && !is_domain && emails(cell).finding.is_some()
}

/// A domain as written: a subdomain suppresses itself and what is below it.
fn of_domain(text: &str) -> Option<Suppressed> {
    let site = website(text.trim_start_matches("*.")).value?;
    let host = host_of(&site);
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    Some(Suppressed::Domain(host.to_owned()))
}

fn of_phone(cell: &str, country: Option<&str>) -> Vec<Suppressed> {
    let Some(found) = phones(cell, country).value else { return Vec::new() };
    match &found.listed[..] {
        [] if found.first.is_empty() => Vec::new(),
        [] => vec![Suppressed::Phone(found.first.into_owned())],
        several => several.iter().map(|one| Suppressed::Phone(one.value.clone())).collect(),
    }
}

/// The bytes of an MD5, SHA-1 or SHA-256 digest in hexadecimal, perhaps behind its name: "sha256:5E88…".
fn digest(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let digits = text.rsplit_once(':').map_or(text, |(_, digits)| digits).as_bytes();
    if !matches!(digits.len(), 32 | 40 | 64) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    digits.chunks_exact(2).map(|two| Some(digit(two[0])? << 4 | digit(two[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_addresses_domains_or_hashes() {
        let email = |text: &str| Suppressed::Email(text.to_owned());
        let domain = |text: &str| vec![Suppressed::Domain(text.to_owned())];
        for (cell, want) in [
            ("Ana@Acme.com ", vec![email("ana@acme.com")]),
            ("bob@ray.org; Eva <eva@pine.org>", vec![email("bob@ray.org"), email("eva@pine.org")]),
            ("@acme.com", domain("acme.com")),
            ("*@Acme.com", domain("acme.com")),
            ("https://www.acme.com/contact", domain("acme.com")),
            ("*.mail.acme.com", domain("mail.acme.com")),
            ("gmail.com", domain("gmail.com")),
            ("com", vec![]),
            ("nobody at home", vec![]),
            ("ana@", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(of_address(cell), want, "{cell:?}");
        }
    }

    #[test]
    fn digests_have_one_of_three_lengths() {
        let md5 = "5d41402abc4b2a76b9719d911017c592";
        assert_eq!(digest(md5).map(|bytes| bytes.len()), Some(16));
        assert_eq!(digest(&format!("MD5:{}", md5.to_uppercase())), digest(md5));
        assert_eq!(digest(&md5[1..]), None);
        assert_eq!(digest(&md5.replace('a', "g")), None);
    }

    #[test]
    fn channels_are_words() {
        for (word, want) in [
            ("", Some(Wishes::OPT_OUT)),
            ("E-Mail", Some(Wishes::DO_NOT_EMAIL)),
            ("phone", Some(Wishes::DO_NOT_CALL)),
            ("email, phone", Some(Wishes::OPT_OUT)),
            ("all", Some(Wishes::OPT_OUT)),
            ("carrier pigeon", None),
        ] {
            assert_eq!(against(word), want, "{word:?}");
        }
    }
}
