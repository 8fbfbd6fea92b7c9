//! The price list, as leads ask for its products.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use jiff::civil::Date;

use super::MatchForm;
use super::interest::{Asked as Wish, asked, products};
use crate::model::calendar;
use crate::model::emissions::OpportunityLine;
use crate::model::entities::EntityId;
use crate::model::money::Money;
use crate::model::names::nearest;
use crate::model::rows::FindingCode;
use crate::model::sales::Price;

type ByKey<'a> = HashMap<&'a str, Vec<&'a Price>, FixedState>;

/// The prices by product, and the families.
pub(super) struct Catalogue<'a> {
    by_name: ByKey<'a>,
    by_id: ByKey<'a>,
    families: HashMap<&'a str, &'a str, FixedState>,
    /// The names of products and families, sorted: of equally near ones the first is told.
    names: Vec<&'a str>,
    /// Which of these is nearest to a text, by its place: leads misspell alike, and the list may be long.
    near: Mutex<HashMap<String, Option<usize>, FixedState>>,
    form: MatchForm,
    day: i32,
}

/// What a text of a lead is in the list.
enum Asked<'a> {
    /// A product with its prices, on whatever day.
    Product(Vec<&'a Price>),
    Family(&'a str),
    Unknown,
}

/// The lines of a lead, and what is wrong with what it wants.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) lines: Vec<OpportunityLine>,
    pub(super) findings: Vec<(EntityId, FindingCode, String)>,
}

impl<'a> Catalogue<'a> {
    pub(super) fn new(prices: &'a [Price], form: MatchForm, as_of: Date) -> Self {
        let (mut by_name, mut by_id): (ByKey<'_>, ByKey<'_>) = Default::default();
        let mut families = HashMap::default();
        for price in prices {
            by_name.entry(price.product_key.as_str()).or_default().push(price);
            if !price.id_key.is_empty() {
                by_id.entry(price.id_key.as_str()).or_default().push(price);
            }
            if !price.family.is_empty() {
                families.entry(price.family_key.as_str()).or_insert(price.family.as_str());
            }
        }
        let products = prices.iter().map(|price| price.product.as_str());
        let names: BTreeSet<&str> = products.chain(families.values().copied()).collect();
        let (names, near) = (names.into_iter().collect(), Mutex::default());
        Self { by_name, by_id, families, names, near, form, day: calendar::days(as_of) }
    }

    /// The lines of a lead that wants `text`, but for the products that stand in `there`. `currency` is the one in which
    /// prices are looked for first.
    pub(super) fn lines(&self, lead: usize, text: &str, there: &str, currency: &str) -> Wanted {
        let mut wanted = Wanted::default();
        for one in self.further(text, there) {
            self.line(lead, one, currency, &mut wanted);
        }
        wanted
    }

    /// The products of a text that do not stand in `there`, in whatever quantity; each quantity of one once.
    pub(super) fn further<'t>(&self, text: &'t str, there: &str) -> Vec<&'t str> {
        let known: BTreeSet<String> = products(there).map(|one| self.product(one).0).collect();
        let mut seen = BTreeSet::new();
        let is_further = |one: &&str| {
            let (product, quantity) = self.product(one);
            !known.contains(&product) && seen.insert((product, quantity))
        };
        products(text).filter(is_further).collect()
    }

    /// Whether two texts may be about one product: one of them is blank, or both name one in whatever quantity.
    pub(super) fn same_product(&self, a: &str, b: &str) -> bool {
        let shared = || products(a).any(|one| products(b).any(|other| self.product(one).0 == self.product(other).0));
        a.is_empty() || b.is_empty() || shared()
    }

    /// The product that a text names, and how many of it. One of the list is the same whatever it is called: by its id, or
    /// by a name that no other id has; any other one is what it is called, in lower case.
    fn product(&self, text: &str) -> (String, Option<Money>) {
        let (found, Wish { name, quantity }) = self.wish(text);
        let listed = match &found {
            Asked::Product(prices) => {
                let ids: Vec<&Price> = prices.iter().copied().filter(|price| !price.id_key.is_empty()).collect();
                // No name has this sign: it parts products.
                let by_id = agreed(&ids, |price| price.id_key.as_str()).map(|id| format!(";{id}"));
                by_id.or_else(|| agreed(prices, |price| price.product.as_str()).map(str::to_lowercase))
            }
            Asked::Family(_) | Asked::Unknown => None,
        };
        (listed.unwrap_or_else(|| name.to_lowercase()), quantity)
    }

    /// What a text is in the list, by which name, and how many of it are wanted.
    fn wish<'t>(&self, text: &'t str) -> (Asked<'a>, Wish<'t>) {
        match self.find(text) {
            Asked::Unknown => {
                let wish = asked(text);
                (self.find(wish.name), wish)
            }
            // "Pump (2)" may be what a product is called.
            found => (found, Wish { name: text, quantity: None }),
        }
    }

    fn line(&self, lead: usize, text: &str, currency: &str, wanted: &mut Wanted) {
        let (found, Wish { quantity, .. }) = self.wish(text);
        let mut line = OpportunityLine {
            opportunity_id: String::new(),
            line: 0,
            lead: EntityId(lead as u32),
            wanted: text.to_owned(),
            product: String::new(),
            product_id: String::new(),
            family: String::new(),
            quantity: quantity.unwrap_or(Money::ONE),
            price: None,
            discount: None,
            amount: None,
            currency: String::new(),
        };
        let trouble = match found {
            Asked::Product(prices) => self.price(&mut line, &prices, currency),
            Asked::Family(family) => {
                family.clone_into(&mut line.family);
                None
            }
            // Without a list nothing is unknown.
            Asked::Unknown if self.by_name.is_empty() => None,
            Asked::Unknown => Some((FindingCode::UnknownProduct, self.nearest(asked(text).name, text))),
        };
        wanted.findings.extend(trouble.map(|(code, text)| (EntityId(lead as u32), code, text)));
        wanted.lines.push(line);
    }

    fn find(&self, text: &str) -> Asked<'a> {
        if self.by_name.is_empty() {
            return Asked::Unknown;
        }
        let key = (self.form)(text);
        let Some(all) = self.by_name.get(key.as_str()).or_else(|| self.by_id.get(key.as_str())) else {
            return self.families.get(key.as_str()).copied().map_or(Asked::Unknown, Asked::Family);
        };
        // Names that differ in signs alone, as C and C++ do: those that are written as the lead has it.
        let lower = text.to_lowercase();
        let exact: Vec<&Price> = all.iter().copied().filter(|price| price.product.to_lowercase() == lower).collect();
        Asked::Product(if exact.is_empty() { all.clone() } else { exact })
    }

    /// Fills in what the rows of a product agree on, of those that hold on the day: the ones in the lead's currency, or, if
    /// there is none, the others.
    fn price(&self, line: &mut OpportunityLine, all: &[&Price], currency: &str) -> Option<(FindingCode, String)> {
        line.product = agreed(all, |price| price.product.as_str()).unwrap_or(all[0].product.as_str()).to_owned();
        let holds = |price: &&&Price| {
            let starts = price.valid_from.is_none_or(|from| from <= self.day);
            starts && price.valid_until.is_none_or(|until| self.day <= until) && price.price.is_some()
        };
        let current: Vec<&Price> = all.iter().filter(holds).copied().collect();
        let own: Vec<&Price> = current.iter().copied().filter(|it| it.currency == currency).collect();
        let rows: &[&Price] = if own.is_empty() || currency.is_empty() { &current } else { &own };
        let of = if rows.is_empty() { all } else { rows };
        line.product_id = agreed(of, |price| price.product_id.as_str()).unwrap_or_default().to_owned();
        line.family = agreed(of, |price| price.family.as_str()).unwrap_or_default().to_owned();
        let [first, ..] = *rows else {
            return Some((FindingCode::NoCurrentPrice, line.wanted.clone()));
        };
        let same =
            |it: &&Price| (it.price, &it.currency, it.discount) == (first.price, &first.currency, first.discount);
        if !rows.iter().all(same) {
            let shown = |it: &Price| {
                let price = it.price.map_or(String::new(), |price| format!("{} {price}", it.currency));
                let less = it.discount.map_or(String::new(), |percent| format!(" less {percent}%"));
                format!("{}{less}", price.trim())
            };
            let several: BTreeSet<String> = rows.iter().map(|it| shown(it)).collect();
            let several = several.into_iter().collect::<Vec<_>>().join(", or ");
            return Some((FindingCode::AmbiguousPrice, format!("{}: {several}", line.wanted)));
        }
        (line.price, line.discount) = (first.price, first.discount);
        first.currency.clone_into(&mut line.currency);
        line.amount =
            first.price.and_then(|price| Money::priced(price, line.quantity, first.discount, &first.currency));
        None
    }

    /// The text with the nearest name of the list.
    fn nearest(&self, name: &str, text: &str) -> String {
        let mut near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        let place = near.entry_ref(name).or_insert_with(|| {
            let near = nearest(name, self.names.iter().copied())?;
            self.names.binary_search(&near).ok()
        });
        match place.map(|place| self.names[place]) {
            Some(near) => format!("{text} (did you mean {near}?)"),
            None => text.to_owned(),
        }
    }
}

/// What all rows say.
fn agreed<'a>(rows: &[&'a Price], of: impl Fn(&'a Price) -> &'a str) -> Option<&'a str> {
    let first = of(rows.first()?);
    rows.iter().all(|row| of(row) == first).then_some(first)
}
