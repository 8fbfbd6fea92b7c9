//! Seeded synthetic customer bases with the truth about them: the same kind, rows and seed, the same bytes.

mod ceiling;
mod companies;
mod cyrillic;
mod dates;
mod europe;
mod habits;
mod latin;
mod leads;
mod life;
mod names;
mod owners;
mod people;
mod phones;
mod places;
mod population;
mod record;
mod rng;
mod rows;
mod slips;
mod typos;

pub(crate) use record::TRAPS;
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
    ("leads", "leads of companies in one file", |request| leads::generate(request.rows, request.seed)),
    ("europe", "a European customer base in six exports", |request| europe::generate(request.rows, request.seed)),
];
