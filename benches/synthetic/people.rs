//! The world that the files tell of: people, their jobs, homes and addresses, and how they are related.

use super::companies::Company;
use super::latin::slug;
use super::names::{CULTURES, Culture, Names, feminine};
use super::owners::Owners;
use super::phones::Phone;
use super::places::{Address, Country, Places};
use super::rng::{Rng, Zipf, hash};

const RANKS: &[&str] =
    &["Junior", "Senior", "Lead", "Head of", "Director of", "VP", "Chief", "Manager", "Senior Manager", "Assistant"];
const FIELDS: &[&str] = &[
    "Marketing",
    "Sales",
    "IT",
    "Finance",
    "HR",
    "Product",
    "Procurement",
    "Operations",
    "Customer Success",
    "Logistics",
];

/// A job: where, as what, reached how.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) company: u32,
    pub(crate) country: Country,
    pub(crate) title: String,
    pub(crate) email: String,
    pub(crate) desk: Phone,
}

/// A person.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) culture: Culture,
    pub(crate) female: bool,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) job: Job,
    pub(crate) mobile: Phone,
    pub(crate) private: String,
    pub(crate) home: Address,
    /// Whether forms get the home's address rather than the office's, the private e-mail rather than the job's,
    /// the mobile rather than the desk's telephone.
    pub(crate) gives_home: bool,
    pub(crate) gives_private: bool,
    pub(crate) gives_mobile: bool,
    pub(crate) budget: usize,
}

/// Someone met before, whose name, number or mailbox may turn up again.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) culture: Culture,
    pub(crate) female: bool,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) email: String,
    pub(crate) mobile: Phone,
}

/// The countries of the people, with their shares.
pub(crate) type Market = &'static [(Country, f64)];

/// Everything there is.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) names: Names,
    pub(crate) places: Places,
    market: Market,
    largest: u32,
    /// The employer of everyone so far: a newcomer joins a company the likelier, the more work there.
    employers: Vec<u32>,
    sizes: Vec<u32>,
    colleagues: Vec<Option<Box<Known>>>,
    earlier: Vec<Known>,
    /// Mailboxes: no two people have the same.
    taken: Owners,
    domains: Owners,
    ranks: Zipf,
}

impl World {
    pub(crate) fn new(seed: u64, rows: usize, market: Market) -> Self {
        World {
            seed,
            names: Names::new(rows),
            places: Places::new(rows),
            market,
            largest: 15 + (0.6 * (rows as f64).sqrt()) as u32,
            employers: Vec::new(),
            sizes: Vec::new(),
            colleagues: Vec::new(),
            earlier: Vec::new(),
            taken: Owners::new(),
            domains: Owners::new(),
            ranks: Zipf::new(RANKS.len(), 3.0),
        }
    }

    /// The country where a company sits.
    fn country(&self, company: u32) -> Country {
        let mut rng = Rng::of(self.seed, 0xc07, u64::from(company));
        self.market[rng.weighted(self.market.iter().map(|(_, share)| *share))].0
    }

    /// The company of a number. A domain belongs to the company that came first.
    pub(crate) fn company(&mut self, number: u32) -> Company {
        let mut company = Company::of(self.seed, number, self.country(number), &self.names, &self.places);
        for attempt in 0.. {
            let key = hash(&company.domain);
            match self.domains.of(key) {
                Some(owner) if owner != number => {}
                Some(_) => break,
                None => {
                    self.domains.claim(key, number);
                    break;
                }
            }
            company.domain = company.other_domain(attempt);
        }
        company
    }

    /// Whether a mailbox of a company is new.
    pub(crate) fn new_mailbox(&mut self, email: &str) -> bool {
        self.taken.claim(hash(email), 0)
    }

    /// A company of the country for someone who changes jobs.
    pub(crate) fn next_employer(&self, country: Country, rng: &mut Rng) -> u32 {
        let mut found = self.employer(rng);
        for _ in 0..8 {
            if self.country(found) == country {
                break;
            }
            found = self.employer(rng);
        }
        found
    }

    /// A company for a newcomer: a new one, or one that is there already.
    pub(crate) fn employer(&self, rng: &mut Rng) -> u32 {
        if self.sizes.is_empty() || rng.chance(0.24) {
            return self.sizes.len() as u32;
        }
        let drawn = match rng.chance(0.6) {
            true => self.employers[rng.below(self.employers.len())],
            false => rng.below(self.sizes.len()) as u32,
        };
        if self.sizes[drawn as usize] >= self.largest { self.sizes.len() as u32 } else { drawn }
    }

    fn hire(&mut self, company: u32) {
        if company as usize >= self.sizes.len() {
            self.sizes.push(0);
            self.colleagues.push(None);
        }
        self.sizes[company as usize] += 1;
        self.employers.push(company);
    }

    /// A colleague met before in the company.
    pub(crate) fn colleague(&self, company: u32) -> Option<&Known> {
        self.colleagues.get(company as usize)?.as_deref()
    }

    /// Someone met before, anywhere.
    pub(crate) fn earlier(&self, rng: &mut Rng) -> Option<Known> {
        (!self.earlier.is_empty()).then(|| self.earlier[rng.below(self.earlier.len())].clone())
    }

    /// Takes an address that nobody has, adding a number to the wanted one if need be.
    fn mailbox(&mut self, local: &str, domain: &str, rng: &mut Rng) -> String {
        let local = if local.is_empty() { "mail" } else { local };
        let mut email = format!("{local}@{domain}");
        let mut digits = 1;
        while !self.taken.claim(hash(&email), 0) {
            email = format!("{local}{}@{domain}", rng.digits(digits));
            digits += 1;
        }
        email
    }

    /// A job in the company for someone of the name.
    pub(crate) fn job(&mut self, number: u32, company: &Company, first: &str, last: &str, rng: &mut Rng) -> Job {
        self.hire(number);
        let pattern = if rng.chance(0.88) { company.pattern } else { rng.below(6) };
        let email = self.mailbox(&local_part(pattern, first, last), &company.domain, rng);
        let title = format!("{} {}", RANKS[self.ranks.draw(rng)], rng.pick(FIELDS));
        Job {
            company: number,
            country: company.country,
            title,
            email,
            desk: Phone::landline(&company.office.town, false, rng),
        }
    }

    /// A new person of a name, or of any name.
    pub(crate) fn person(&mut self, name: Option<Known>, employer: Option<u32>, rng: &mut Rng) -> (Person, Company) {
        let number = employer.unwrap_or_else(|| self.employer(rng));
        let company = self.company(number);
        let own = company.country.culture();
        let (culture, female, first, last) = match name {
            Some(name) => (name.culture, name.female, name.first, name.last),
            None => {
                let foreign = own != Culture::Bg && rng.chance(0.12);
                let culture = if foreign { CULTURES[rng.below(6)] } else { own };
                let female = rng.chance(0.45);
                let first = self.names.given(culture, female, rng);
                let last = self.names.family(culture, rng);
                let last = if female { feminine(culture, &last) } else { last };
                // Americans of Spanish descent go by one family name.
                let single = culture == Culture::Es && own != Culture::Es;
                let last = if single { last.split(' ').next().unwrap_or(&last).to_string() } else { last };
                (culture, female, first, last)
            }
        };
        let job = self.job(number, &company, &first, &last, rng);
        let nearby = rng.chance(0.7);
        let town = if nearby { company.office.town.clone() } else { self.places.town(company.country, rng) };
        let home = self.places.address(town, rng);
        let private = self.private_mailbox(&first, &last, company.country, rng);
        let mobile = Phone::mobile(&home.town, rng);
        let person = Person {
            culture,
            female,
            job,
            mobile,
            private,
            home,
            gives_home: rng.chance(0.45),
            gives_private: rng.chance(0.3),
            gives_mobile: rng.chance(0.45),
            budget: (1 + rng.below(420)) * 100,
            first,
            last,
        };
        self.remember(&person, rng);
        (person, company)
    }

    fn private_mailbox(&mut self, first: &str, last: &str, country: Country, rng: &mut Rng) -> String {
        let local = match country {
            Country::De | Country::At => rng.pick(&["gmail.com", "web.de", "gmx.de", "t-online.de"]),
            Country::Es => rng.pick(&["gmail.com", "hotmail.es", "yahoo.es", "telefonica.net"]),
            Country::It => rng.pick(&["gmail.com", "libero.it", "alice.it", "virgilio.it"]),
            Country::Fr => rng.pick(&["gmail.com", "orange.fr", "free.fr", "laposte.net"]),
            Country::Pl => rng.pick(&["gmail.com", "wp.pl", "onet.pl", "o2.pl"]),
            Country::Bg => rng.pick(&["gmail.com", "abv.bg", "mail.bg", "abv.bg"]),
            _ => rng.pick(&["gmail.com", "yahoo.com", "outlook.com", "hotmail.com"]),
        };
        let number = if rng.chance(0.6) { rng.digits(2) } else { String::new() };
        let wanted = match rng.below(10) {
            0..4 => format!("{}{}{number}", slug(first), slug(last)),
            4..7 => format!("{}.{}{number}", slug(first), slug(last)),
            7 => format!("{}{}{number}", slug(first).get(..1).unwrap_or("x"), slug(last)),
            8 => format!("{}_{}{number}", slug(last), slug(first)),
            _ => {
                format!("{}{}", rng.pick(&["sunny", "mr", "the", "big", "real", "star", "cat"]), slug(first))
                    + &rng.digits(3)
            }
        };
        self.mailbox(&wanted, local, rng)
    }

    fn remember(&mut self, person: &Person, rng: &mut Rng) {
        let known = || Known {
            culture: person.culture,
            female: person.female,
            first: person.first.clone(),
            last: person.last.clone(),
            email: person.job.email.clone(),
            mobile: person.mobile.clone(),
        };
        self.colleagues[person.job.company as usize].get_or_insert_with(|| Box::new(known()));
        if self.earlier.len() < 4096 {
            self.earlier.push(known());
        } else if rng.chance(0.1) {
            let at = rng.below(4096);
            self.earlier[at] = known();
        }
    }
}

/// The part of an address before the @, by the habit of a company.
pub(crate) fn local_part(pattern: usize, first: &str, last: &str) -> String {
    // Of two Spanish family names the first goes into addresses; a particle never stands alone.
    let main = last.split(' ').next().filter(|word| word.chars().count() > 3).unwrap_or(last);
    let (first, last) = (slug(first.split(' ').next().unwrap_or(first)), slug(main));
    let initial = first.get(..1).unwrap_or_default();
    match pattern {
        0 => format!("{first}.{last}"),
        1 => format!("{initial}{last}"),
        2 => first,
        3 => format!("{initial}.{last}"),
        4 => format!("{first}{last}"),
        _ => format!("{last}.{first}"),
    }
}
