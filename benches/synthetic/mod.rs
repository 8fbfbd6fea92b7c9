//! Seeded synthetic customer bases with the truth about them: the same kind, rows and seed, the same bytes.

pub(crate) mod ceiling;
mod companies;
mod crm;
pub(crate) mod cyrillic;
pub(crate) mod dates;
mod europe;
mod habits;
mod latin;
mod layout;
mod leads;
mod life;
mod names;
mod organisations;
mod owners;
mod people;
mod persons;
mod phones;
mod places;
mod population;
mod products;
mod publications;
mod record;
pub(crate) mod rng;
mod rows;
mod slips;
pub(crate) mod typos;

use layout::Layout;
pub(crate) use rows::Rows;

/// What may be asked for.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    pub(crate) rows: usize,
    pub(crate) seed: u64,
}

type Maker = fn(Request) -> Rows;

/// The kinds of sets, with what they are.
pub(crate) const KINDS: &[(&str, &str, Maker)] = &[
    ("leads", "leads of companies in one file", |of| leads::generate(of.rows, of.seed)),
    ("crm", "leads beside the contacts and accounts of a CRM", |of| crm::generate(of.rows, of.seed)),
    ("europe", "a European customer base in six exports", |of| europe::generate(of.rows, of.seed)),
    ("persons", "persons with heavy errors, up to six rows each", |of| persons::generate(of.rows, of.seed, true, None)),
    ("persons_light", "persons with light errors, one or two rows each", |of| {
        persons::generate(of.rows, of.seed, false, None)
    }),
    ("two_persons", "two files of persons, half of each in the other", |of| {
        persons::generate(of.rows, of.seed, true, Some(Layout::Two))
    }),
    ("organisations", "organisations, each site an entity", |of| {
        organisations::generate(of.rows, of.seed, false, None)
    }),
    ("organisations_whole", "organisations, all sites one entity", |of| {
        organisations::generate(of.rows, of.seed, true, None)
    }),
    ("two_organisations", "two files of sites, half of each in the other", |of| {
        organisations::generate(of.rows, of.seed, false, Some(Layout::Two))
    }),
    ("publications", "citations of publications", |of| publications::generate(of.rows, of.seed, None)),
    ("two_publications", "two libraries, half of each in the other", |of| {
        publications::generate(of.rows, of.seed, Some(Layout::Two))
    }),
    ("products", "products of two shops in one list", |of| products::generate(of.rows, of.seed, None)),
    ("two_products", "the lists of two shops, half of each in the other", |of| {
        products::generate(of.rows, of.seed, Some(Layout::Two))
    }),
];
