//! Who is in a customer base: people alone and related, their doubles, and mailboxes without a person.

use super::companies::Company;
use super::latin::slug;
use super::life::{Life, role_account};
use super::people::{Known, Market, World};
use super::phones::{Habit, Phone};
use super::places::Address;
use super::record::{Record, Trap};
use super::rng::Rng;

/// Shares of entities with 1, 2, 3, ... 12 rows: about two thirds of the rows have no duplicate.
const SIZES: [f64; 12] = [0.825, 0.117, 0.034, 0.0115, 0.0055, 0.0025, 0.0015, 0.001, 0.0008, 0.0005, 0.0004, 0.0003];
const ROLES: &[&str] = &["Sales", "Support", "Purchasing", "Accounting", "Marketing", "Service", "Reception", "Orders"];

/// Makes entities one unit (a person, a family) after the other.
pub(crate) struct Population {
    world: World,
    units: u64,
}

/// How many rows an entity has.
pub(crate) fn size(rng: &mut Rng) -> usize {
    1 + rng.weighted(SIZES.iter().copied())
}

impl Population {
    pub(crate) fn new(seed: u64, rows: usize, market: Market) -> Self {
        Population { world: World::new(seed, rows, market), units: 0 }
    }

    /// The next unit: for each of its entities the rows. `habits` draws the file of a row and how that is filled in.
    pub(crate) fn next(
        &mut self,
        habits: &mut dyn FnMut(&mut Rng) -> (usize, Habit),
        mut see: impl FnMut(usize, usize, Record),
    ) -> usize {
        self.units += 1;
        let mut rng = Rng::of(self.world.seed, 0x9e09, self.units);
        let rng = &mut rng;
        if rng.chance(0.006) {
            let number = self.world.employer(rng);
            let company = self.world.company(number);
            let role = rng.pick(ROLES);
            if self.world.new_mailbox(&format!("{}@{}", slug(role), company.domain)) {
                for _ in 0..size(rng) {
                    let (file, habit) = habits(rng);
                    see(0, file, role_account(&company, number, role, habit, rng));
                }
                return 1;
            }
        }
        let lives = self.lives(rng);
        let count = lives.len();
        for (entity, mut life) in lives.into_iter().enumerate() {
            for nth in 0..size(rng) {
                let (file, habit) = habits(rng);
                see(entity, file, life.row(&mut self.world, nth > 0, habit, rng));
            }
        }
        count
    }

    /// The company of a number, and where it has moved or will.
    pub(crate) fn company(&mut self, number: u32) -> (Company, Address) {
        let company = self.world.company(number);
        let other = company.new_office(&self.world.places);
        (company, other)
    }

    fn life(&mut self, name: Option<Known>, employer: Option<u32>, trap: Option<Trap>, rng: &mut Rng) -> Life {
        let (person, company) = self.world.person(name, employer, rng);
        Life::new(person, company, trap)
    }

    /// A person alone, or people who are easily taken for each other.
    fn lives(&mut self, rng: &mut Rng) -> Vec<Life> {
        let drawn = rng.below(2000);
        let trap = match drawn {
            0..56 => Trap::Household,
            56..60 => Trap::FatherAndSon,
            60..64 => Trap::Twins,
            64..84 => Trap::Namesake,
            84..85 => Trap::SameNameSameCompany,
            85..101 => Trap::RecycledPhone,
            _ => return vec![self.life(None, None, None, rng)],
        };
        let earlier = self.world.earlier(rng);
        match (trap, earlier) {
            (Trap::Household | Trap::FatherAndSon | Trap::Twins, _) => self.family(trap, rng),
            (Trap::Namesake, Some(other)) => vec![self.life(Some(other), None, Some(trap), rng)],
            (Trap::SameNameSameCompany, _) => {
                let company = self.world.employer(rng);
                let other = self.world.colleague(company).cloned();
                let trap = other.is_some().then_some(trap);
                vec![self.life(other, Some(company), trap, rng)]
            }
            (_, Some(other)) => {
                let mut life = self.life(None, None, Some(Trap::RecycledPhone), rng);
                life.person.mobile = other.mobile;
                vec![life]
            }
            (_, None) => vec![self.life(None, None, None, rng)],
        }
    }

    /// Two people of one home: a couple, father and son of one name, or twins.
    fn family(&mut self, trap: Trap, rng: &mut Rng) -> Vec<Life> {
        let mut one = self.life(None, None, Some(trap), rng);
        let own = &one.person;
        let mut name = Known {
            culture: own.culture,
            female: own.female,
            first: own.first.clone(),
            last: own.last.clone(),
            email: own.job.email.clone(),
            mobile: own.mobile.clone(),
        };
        let (culture, last, own_country) = (own.culture, own.last.clone(), own.job.country);
        if trap != Trap::FatherAndSon {
            name.female = if trap == Trap::Household { !own.female } else { own.female };
            name.first = self.world.names.given(culture, name.female, rng);
            if trap == Trap::Household && rng.chance(0.2) {
                name.last = self.world.names.family(culture, rng);
            }
            if name.last == last && name.female && !own.female {
                name.last = super::names::feminine(culture, &last);
            }
        }
        let employer = self.world.next_employer(own_country, rng);
        let mut other = self.life(Some(name), Some(employer), Some(trap), rng);
        other.person.home = one.person.home.clone();
        one.person.gives_home = true;
        other.person.gives_home = true;
        if trap == Trap::Household || rng.chance(0.5) {
            // The landline at home.
            let landline = Phone::landline(&one.person.home.town, false, rng);
            one.person.mobile = landline.clone();
            other.person.mobile = landline;
        }
        vec![one, other]
    }
}
