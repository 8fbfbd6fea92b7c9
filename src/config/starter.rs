//! The text of a first pipeline file for some exports: what was found out stands there, what could be said stands there
//! as a comment with its default.

use std::fmt::Write as _;

use super::emit::{one_line, quoted};
use super::mapping::LeadMapping;
use super::preset::Preset;
use super::roles::uses::Use;
use super::roles::{Inference, Inferred};
use crate::model::field::{Cleaner, Field};

/// One export.
#[derive(Debug)]
pub struct StarterSource<'a> {
    /// The source's name.
    pub name: &'a str,
    /// Its path, as the project sees it.
    pub path: &'a str,
    /// Rows in it, or about so many.
    pub rows: usize,
    /// Its header.
    pub header: &'a [String],
    /// The preset that the header fits.
    pub preset: Option<&'static Preset>,
    /// What the header says.
    pub mapping: LeadMapping,
    /// What headers and values say together.
    pub inference: &'a Inference,
}

impl StarterSource<'_> {
    fn fills(&self, field: Field) -> bool {
        self.mapping.fields.iter().any(|(filled, _)| *filled == field)
            || self.by_values().iter().any(|(found, _)| *found == field && is_unmistakable(field))
    }

    /// Fields that no header fills and whose values a column has.
    fn by_values(&self) -> Vec<(Field, &Inferred)> {
        let custom = |at: usize| self.mapping.custom.iter().any(|(_, from)| from[..] == [at]);
        let filled = |field: Field| self.mapping.fields.iter().any(|(filled, _)| *filled == field);
        let columns = self.inference.columns.iter().enumerate().filter(|(at, _)| custom(*at));
        let mut found: Vec<(Field, &Inferred)> = columns
            .filter_map(|(_, column)| match column.used {
                Use::Field(field) | Use::NamedField(field) | Use::Kept(field) if !filled(field) => {
                    Some((field, column))
                }
                _ => None,
            })
            .collect();
        found.sort_by_key(|(field, _)| *field);
        found.dedup_by_key(|(field, _)| *field);
        found
    }
}

/// Whether values of a field are like no other's: without a header that says so, the others are guesses.
fn is_unmistakable(field: Field) -> bool {
    use Cleaner::{Country, Domain, Email, FamilyName, FullName, GivenName, Phone, Website};
    matches!(field.cleaner(), Country | Domain | Email | FamilyName | FullName | GivenName | Phone | Website)
}

/// The file's text; `country` is where most rows are from.
pub fn starter(name: &str, sources: &[StarterSource<'_>], country: Option<&str>) -> String {
    let mut text =
        String::from("# Written by `leadmill init`. Next: leadmill check THIS_FILE, then leadmill run THIS_FILE\n\n");
    let _ = writeln!(text, "name   = {}", quoted(name));
    let _ = writeln!(
        text,
        "output = {}       # a folder; every run replaces it as a whole",
        quoted(&format!("out/{name}"))
    );
    text.push_str("as_of  = \"today\"            # or a date: every rule that speaks of time uses it\n");
    text.push_str(
        "\n# -- load: which files, and what their columns mean; `leadmill check` shows it column by column\n",
    );
    sources.iter().for_each(|source| push_source(&mut text, source));
    let named = |source: &StarterSource<'_>| {
        [Field::FullName, Field::FirstName, Field::LastName].iter().any(|&field| source.fills(field))
    };
    text.push_str("\n[load]\n");
    if sources.iter().all(named) {
        text.push_str(
            "# name      = \"required\"     # a nameless row is rejected; \"optional\": a company or e-mail will do\n",
        );
    } else {
        text.push_str(
            "name        = \"none\"         # some of these files have no names: any value makes a row usable\n",
        );
    }
    text.push_str("# max_rejects = \"10%\"        # or a count; past it nothing is published\n");
    text.push_str("\n# [crm]                      # what exists already: links, owners, history\n");
    text.push_str("# accounts   = { path = \"crm/accounts.csv\" }\n# contacts   = { path = \"crm/contacts.csv\" }\n");
    text.push_str("# owners     = { path = \"crm/owners.csv\" }\n# activities = { path = \"crm/activities.csv\" }\n\n");
    match country {
        Some(country) => {
            let _ = writeln!(
                text,
                "[standardize]\ndefault_country = {}       # how phone numbers without one are read",
                quoted(country)
            );
        }
        None => {
            text.push_str("# [standardize]\n# default_country = \"DE\"     # how phone numbers without one are read\n");
        }
    }
    text.push_str(DUPLICATES);
    push_score(&mut text, sources);
    text.push_str(REST);
    text
}

const DUPLICATES: &str = "
# -- duplicates: nothing needs to be said; comparisons and weights are learnt from the rows
[dedupe]
# match_at  = 0.4             # higher: fewer wrong merges, more duplicates missed
# review_at = 0.1             # less likely pairs than match_at, from here on, go to the review table
# decisions = \"decisions.csv\" # people's verdicts on pairs win over the model

# [dedupe.survivorship]       # which row's value a merged lead gets; default: the most recent row's
# phone = \"most_trusted\"
";

const REST: &str = "
# -- assign: who gets a lead
# [[assign.rule]]
# name = \"Everybody in turn\"
# when = \"TRUE\"
# to   = [\"anna\", \"jan\"]
# by   = \"round_robin\"

# -- qualify: which leads become accounts, contacts and opportunities
# [qualify]
# when = \"stars >= 4\"

# -- report, write
# [[report]]
# name     = \"Leads by source\"
# from     = \"leads\"
# group_by = [\"source\"]
# measures = { leads = \"COUNT(*)\" }

[write]
formats = [\"parquet\", \"csv\"]

# -- expect: what a run must not be; a breached warn is told, with a breached fail nothing is published
# [[expect]]
# name   = \"E-mail known\"
# filled = [\"email\"]
# warn   = \"< 90%\"
# fail   = \"< 50%\"
";

fn push_source(text: &mut String, source: &StarterSource<'_>) {
    let _ = writeln!(text, "\n# {} rows; a table of {}", source.rows, source.inference.kind.noun());
    let _ = writeln!(text, "[[source]]\nname   = {}\npath   = {}", quoted(source.name), quoted(source.path));
    match source.preset {
        Some(preset) => {
            let _ = writeln!(text, "preset = {}           # whose headers these are", quoted(preset.name()));
        }
        None => text.push_str(
            "# preset = \"hubspot\"         # whose headers these are, if a known product's; default: found out\n",
        ),
    }
    text.push_str("# trust  = 1                 # where survivorship goes by trust, the higher wins\n");
    let (by_values, guesses): (Vec<_>, Vec<_>) =
        source.by_values().into_iter().partition(|(field, _)| is_unmistakable(*field));
    if !by_values.is_empty() {
        text.push_str("\n[source.fields]              # what the headers do not say, found in the values\n");
    }
    for (field, column) in &by_values {
        let _ = writeln!(text, "{} = {}  # {}", field.name(), quoted(&column.header), one_line(&column.why));
    }
    for (field, column) in &guesses {
        let (header, why) = (quoted(&column.header), one_line(&column.why));
        let _ = writeln!(text, "# {} = {header}  # perhaps: {why}", field.name());
    }
    for (field, from) in &source.mapping.fields {
        let from: Vec<&str> = from.iter().map(|&at| source.header[at].as_str()).collect();
        let _ = writeln!(text, "# {} = {}", field.name(), one_line(&from.join(" + ")));
    }
    let taken: Vec<&str> = by_values.iter().map(|(_, column)| column.header.as_str()).collect();
    let custom = source.mapping.custom.iter().map(|(name, _)| name.as_str()).filter(|name| !taken.contains(name));
    let custom: Vec<String> = custom.map(one_line).collect();
    if !custom.is_empty() {
        let _ = writeln!(text, "# kept under their own names: {}", custom.join(", "));
    }
}

/// Criteria over what these files have.
fn push_score(text: &mut String, sources: &[StarterSource<'_>]) {
    let has = |field: Field| sources.iter().any(|source| source.fills(field));
    text.push_str("\n# -- score: without criteria of your own a small default set counts\n");
    let criteria = [
        (Field::JobTitle, "Decision maker", "job_title ILIKE '%director%' OR job_title ILIKE 'head of %'", "high"),
        (Field::Email, "Reachable by e-mail", "email IS NOT NULL", "normal"),
        (Field::Phone, "Reachable by phone", "phone IS NOT NULL OR mobile_phone IS NOT NULL", "normal"),
        (Field::BudgetAmount, "Budget of 10,000 or more", "budget_amount >= 10000", "high"),
        (Field::Country, "In our countries", "country IN ('DE', 'AT', 'CH')", "normal"),
    ];
    for (field, name, when, importance) in criteria.into_iter().filter(|(field, ..)| has(*field)) {
        let _ = writeln!(text, "# [[score.criterion]]         # filled by {}", field.name());
        let _ = writeln!(
            text,
            "# name = {}\n# when = {}\n# importance = {}",
            quoted(name),
            quoted(when),
            quoted(importance)
        );
    }
}
