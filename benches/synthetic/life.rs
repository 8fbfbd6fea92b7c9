//! A person over time: every row that is written about them, with the traps of life and of the forms.

use std::rc::Rc;

use super::companies::Company;
use super::latin::{plain, slug, written_out};
use super::names::{Culture, feminine};
use super::people::{Job, Person, World};
use super::phones::{Habit, Phone, Style};
use super::places::Address;
use super::record::{Evidence, Record, Trap, Traps, key};
use super::rng::{Rng, hash};
use super::slips;

/// Traps of further rows, with how often they are drawn.
const FURTHER: &[(Trap, f64)] = &[
    (Trap::Nickname, 9.0),
    (Trap::Typo, 20.0),
    (Trap::SwappedNames, 3.5),
    (Trap::Initial, 4.5),
    (Trap::Missing, 12.0),
    (Trap::ChangedJob, 7.0),
    (Trap::MarriedName, 3.0),
    (Trap::Switchboard, 7.0),
    (Trap::SharedMailbox, 3.5),
    (Trap::AssistantEmail, 1.5),
    (Trap::OtherEmail, 8.0),
    (Trap::OtherPhone, 6.0),
    (Trap::Placeholder, 4.0),
    (Trap::DigitSlip, 5.0),
    (Trap::CompanyName, 5.0),
    (Trap::MovedOffice, 2.5),
    (Trap::MovedHome, 2.5),
    (Trap::LetterCase, 5.0),
    (Trap::Indistinguishable, 0.8),
];
/// Traps of first rows: what a single row may have, too.
const FIRST: &[(Trap, f64)] = &[
    (Trap::Switchboard, 10.0),
    (Trap::SharedMailbox, 3.0),
    (Trap::AssistantEmail, 0.8),
    (Trap::Placeholder, 3.0),
    (Trap::Typo, 5.0),
    (Trap::Nickname, 2.0),
    (Trap::Initial, 1.0),
    (Trap::SwappedNames, 0.6),
    (Trap::LetterCase, 2.5),
    (Trap::Missing, 3.0),
];
const NONE: f64 = 69.1;

/// A person with what changes in their life.
pub(crate) struct Life {
    pub(crate) person: Person,
    company: Company,
    next: Option<(Job, Company)>,
    married: Option<String>,
    next_home: Option<Address>,
    /// Traps that the person stands for as a whole: a namesake, a twin.
    pub(crate) traps: Traps,
}

impl Life {
    pub(crate) fn new(person: Person, company: Company, trap: Option<Trap>) -> Self {
        let traps = trap.map_or_else(Traps::default, Traps::of);
        Life { person, company, next: None, married: None, next_home: None, traps }
    }

    /// Whether someone who knows the person only from their job would not know them in another.
    fn known_by_job(&self) -> bool {
        let person = &self.person;
        !person.gives_home && !person.gives_private && !person.gives_mobile
    }

    fn draw(&self, further: bool, rng: &mut Rng) -> Vec<Trap> {
        let list = if further { FURTHER } else { FIRST };
        let count = match further {
            true => [1, 1, 1, 1, 2, 2, 2, 3, 0, 0][rng.below(10)],
            false if rng.unit() * (NONE + 30.9) < NONE => 0,
            false => 1,
        };
        let mut drawn: Vec<Trap> =
            (0..count).map(|_| list[rng.weighted(list.iter().map(|(_, often)| *often))].0).collect();
        // Who has left no private trace can seldom be found again in a new job.
        if self.known_by_job() && rng.chance(0.8) {
            drawn.retain(|trap| *trap != Trap::ChangedJob);
        }
        drawn.sort_by_key(|trap| *trap as u8);
        drawn.dedup();
        drawn
    }

    /// The next row about the person: the first, or a further one.
    pub(crate) fn row(&mut self, world: &mut World, further: bool, habit: Habit, rng: &mut Rng) -> Record {
        let style = habit.style;
        let drawn = self.draw(further, rng);
        let has = |trap: Trap| drawn.contains(&trap);
        if has(Trap::ChangedJob) && self.next.is_none() {
            let number = world.next_employer(self.company.country, rng);
            let company = world.company(number);
            let job = world.job(number, &company, &self.person.first, &self.person.last, rng);
            self.next = Some((job, company));
        }
        let mut record = Record { traps: self.traps, ..Record::default() };
        self.fill(&mut record, has(Trap::ChangedJob), further, style, rng);
        for trap in drawn {
            if self.change(&mut record, trap, world, style, rng) || slips::slip(&mut record, trap, world, rng) {
                record.traps.add(trap);
            }
        }
        slips::left_blank(&mut record, habit, rng);
        self.read_mail(&mut record);
        if *record.shows(Evidence::Phone) != self.person.mobile.key() {
            record.traps.remove(Trap::RecycledPhone);
        }
        record.forget_unseen();
        record
    }

    /// Notes what can be read in the e-mail: the bearer's name, the company's domain.
    fn read_mail(&self, record: &mut Record) {
        let Some((local, domain)) =
            record.email.split_once('@').filter(|_| record.shown[Evidence::Email as usize] != 0)
        else {
            return;
        };
        let tells = &mut record.mail_tells;
        let (first, last) = (slug(&self.person.first), slug(main_name(&self.person.last)));
        if local.contains(&last) {
            tells[Evidence::Last as usize] = key(main_name(&self.person.last));
        }
        if local.contains(&first) {
            tells[Evidence::First as usize] = key(&self.person.first);
        }
        let jobs = [Some((&self.person.job, &self.company)), self.next.as_ref().map(|(job, company)| (job, company))];
        if let Some((job, _)) = jobs.into_iter().flatten().find(|(_, company)| company.domain == domain) {
            tells[Evidence::Company as usize] = company_key(job.company);
        }
    }

    /// The row as it would be without any trap.
    fn fill(&self, record: &mut Record, changed: bool, further: bool, style: Style, rng: &mut Rng) {
        let person = &self.person;
        let (job, company) = match &self.next {
            Some((job, company)) if changed => (job, company),
            _ => (&person.job, &self.company),
        };
        record.first.clone_from(&person.first);
        record.last.clone_from(&person.last);
        *record.shows(Evidence::First) = key(&person.first);
        record.culture = Some(person.culture);
        *record.shows(Evidence::Last) = key(main_name(&person.last));
        record.company = company.name(!further || rng.chance(0.4), rng);
        *record.shows(Evidence::Company) = company_key(job.company);
        record.employer = Some(job.company);
        record.title.clone_from(&job.title);
        let usual = !further || rng.chance(0.85);
        self.email(record, if person.gives_private == usual { &person.private } else { &job.email });
        let mobile = person.gives_mobile == (!further || rng.chance(0.85));
        self.phone(record, if mobile { &person.mobile } else { &job.desk }, style, rng);
        let stays = !further || rng.chance(0.92);
        let address = if person.gives_home == stays { &person.home } else { &company.office };
        self.address(record, address, rng);
        record.source = source(rng).to_string();
        record.created = rng.below(2080);
        record.budget = if rng.chance(0.7) { person.budget } else { (1 + rng.below(420)) * 100 }.to_string();
        self.accents(record, rng);
    }

    fn email(&self, record: &mut Record, email: &str) {
        record.email = email.to_string();
        *record.shows(Evidence::Email) = key(email);
    }

    fn phone(&self, record: &mut Record, phone: &Phone, style: Style, rng: &mut Rng) {
        record.phone = phone.written(style, rng);
        *record.shows(Evidence::Phone) = phone.key();
    }

    fn address(&self, record: &mut Record, address: &Address, rng: &mut Rng) {
        let names = &address.town.names;
        record.street.clone_from(&address.street);
        record.city.clone_from(&names[0]);
        if names.len() > 1 && address.town.country.culture() == Culture::En && rng.chance(0.08) {
            record.city.clone_from(&names[1 + rng.below(names.len() - 1)]);
            record.traps.add(Trap::Exonym);
        }
        record.country = address.town.country.english().to_string();
        record.at = Some(address.town.country);
        record.town = Some(Rc::clone(&address.town));
        record.state.clone_from(&address.town.region);
        record.postcode.clone_from(&address.postcode);
        *record.shows(Evidence::Street) = key(&format!("{} {}", address.street, names[0]));
        *record.shows(Evidence::City) = key(&names[0]);
    }

    /// Abroad, names lose their accents, now and then also at home.
    fn accents(&self, record: &mut Record, rng: &mut Rng) {
        let home = self.company.country.culture() == self.person.culture;
        if (record.first.is_ascii() && record.last.is_ascii()) || !rng.chance(if home { 0.25 } else { 0.8 }) {
            return;
        }
        let bare = if self.person.culture == Culture::De && rng.chance(0.6) { written_out } else { plain };
        let (first, last) = (bare(&record.first), bare(&record.last));
        if first != record.first || last != record.last {
            (record.first, record.last) = (first, last);
            record.traps.add(Trap::Accents);
        }
    }

    /// What changes in life, or who answers in the person's place. False when it does not apply.
    fn change(&mut self, record: &mut Record, trap: Trap, world: &mut World, style: Style, rng: &mut Rng) -> bool {
        let person = &self.person;
        match trap {
            Trap::ChangedJob => {
                // Something is kept, besides what the person always gives: the mobile, the private mailbox or the home.
                match rng.below(3) {
                    0 => self.phone(record, &person.mobile, style, rng),
                    1 => self.email(record, &person.private),
                    _ => self.address(record, &person.home, rng),
                }
            }
            Trap::MarriedName => {
                if !person.female {
                    return false;
                }
                let other = self.married.get_or_insert_with(|| {
                    let name = feminine(person.culture, &world.names.family(person.culture, rng));
                    if rng.chance(0.25) { format!("{}-{name}", person.last) } else { name }
                });
                record.last.clone_from(other);
                *record.shows(Evidence::Last) = key(main_name(other));
            }
            Trap::Switchboard => {
                let switchboard = &self.company.switchboard;
                self.phone(record, switchboard, style, rng);
                if rng.chance(0.1) {
                    record.phone.push_str(&format!(" ext. {}", rng.digits(3)));
                }
            }
            Trap::SharedMailbox => {
                let box_name = rng.pick(&["info", "info", "info", "office", "office", "contact", "mail", "hello"]);
                let email = format!("{box_name}@{}", self.company.domain);
                self.email(record, &email);
            }
            Trap::AssistantEmail => match world.colleague(person.job.company) {
                Some(other) if other.email != person.job.email => self.email(record, &other.email),
                _ => return false,
            },
            Trap::OtherEmail => {
                let email = if record.email == person.private { &person.job.email } else { &person.private };
                self.email(record, email);
            }
            Trap::OtherPhone => {
                let mobile = *record.shows(Evidence::Phone) == person.mobile.key();
                self.phone(record, if mobile { &person.job.desk } else { &person.mobile }, style, rng);
            }
            Trap::CompanyName => {
                let (name, known) = self.company.other_name(rng);
                record.company = name;
                if !known {
                    *record.shows(Evidence::Company) = 0;
                }
            }
            Trap::MovedOffice => {
                let address = self.company.new_office(&world.places);
                self.address(record, &address, rng);
            }
            Trap::MovedHome => {
                let country = person.home.town.country;
                let home = self.next_home.get_or_insert_with(|| {
                    let town = world.places.town(country, rng);
                    world.places.address(town, rng)
                });
                let home = home.clone();
                self.address(record, &home, rng);
            }
            _ => return false,
        }
        true
    }
}

/// The hash of a company as evidence.
pub(crate) fn company_key(number: u32) -> u64 {
    hash(&format!("company {number}"))
}

/// The first of several family names: what is left when a clerk drops the others.
fn main_name(last: &str) -> &str {
    last.split(['-', ' ']).find(|part| part.chars().count() > 3).unwrap_or(last)
}

/// Where a row comes from.
pub(crate) fn source(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "webform",
        "webform",
        "webform",
        "webform",
        "linkedin",
        "linkedin",
        "linkedin",
        "cold_list",
        "cold_list",
        "trade_show",
        "trade_show",
        "partner",
        "partner",
        "webinar",
        "webinar",
        "referral",
    ])
}

/// A mailbox of a company that no person owns: all its rows are one entity.
pub(crate) fn role_account(company: &Company, number: u32, role: &str, habit: Habit, rng: &mut Rng) -> Record {
    let mut record = Record { traps: Traps::of(Trap::RoleAccount), ..Record::default() };
    match rng.below(4) {
        0 => record.last = role.to_string(),
        1 => (record.first, record.last) = (role.to_string(), "Team".to_string()),
        2 => (record.first, record.last) = (role.to_string(), "Department".to_string()),
        _ => record.first = role.to_string(),
    }
    *record.shows(Evidence::Last) = key(role);
    record.company = company.name(rng.chance(0.5), rng);
    *record.shows(Evidence::Company) = company_key(number);
    record.employer = Some(number);
    record.email = format!("{}@{}", slug(role), company.domain);
    *record.shows(Evidence::Email) = key(&record.email);
    record.phone = company.switchboard.written(habit.style, rng);
    *record.shows(Evidence::Phone) = company.switchboard.key();
    record.street.clone_from(&company.office.street);
    record.city.clone_from(&company.office.town.names[0]);
    record.state.clone_from(&company.office.town.region);
    record.postcode.clone_from(&company.office.postcode);
    *record.shows(Evidence::Street) = key(&format!("{} {}", record.street, record.city));
    *record.shows(Evidence::City) = key(&record.city);
    record.country = company.country.english().to_string();
    record.at = Some(company.country);
    record.town = Some(Rc::clone(&company.office.town));
    record.source = source(rng).to_string();
    record.created = rng.below(2080);
    slips::left_blank(&mut record, habit, rng);
    record
}
