//! Telephone numbers and the ways people write them.

use super::places::{Country, Town};
use super::rng::{Rng, hash};

/// A number: what is dialled inside the country without the leading 0, in area and subscriber's part.
#[derive(Clone)]
pub(crate) struct Phone {
    country: Country,
    area: String,
    local: String,
}

/// How an export writes numbers.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// +491712345678
    Plain,
    /// +49 171 234 5678
    Spaced,
    /// 0049 171 2345678
    Zeros,
    /// 0171 2345678, (212) 555-0199: as at home
    Home,
    /// 0171/2345678, 212-555-0199
    Dashed,
    /// Every way
    Any,
}

/// How the rows of a file are filled in.
#[derive(Clone, Copy)]
pub(crate) struct Habit {
    pub(crate) style: Style,
    /// Whether nobody gets into the file without an e-mail.
    pub(crate) by_mail: bool,
}

impl Phone {
    /// A landline of the town; a switchboard ends in 0 or 00.
    pub(crate) fn landline(town: &Town, switchboard: bool, rng: &mut Rng) -> Self {
        let length = match town.country {
            Country::Us | Country::Ca => 7,
            Country::Es | Country::Pl => 9usize.saturating_sub(town.area.len()),
            Country::Fr | Country::Au => 8,
            Country::Bg => 6 + usize::from(town.area.len() < 2),
            Country::Uk => 10usize.saturating_sub(town.area.len()),
            _ => 7,
        };
        let digit = char::from(b'2' + rng.below(8) as u8);
        let mut local = format!("{digit}{}", rng.digits(length - 1));
        if switchboard {
            let zeros = 1 + rng.below(2);
            local.replace_range(length - zeros.., &"00"[..zeros]);
        }
        Phone { country: town.country, area: town.area.clone(), local }
    }

    /// A mobile number; in North America it has an area code like any other.
    pub(crate) fn mobile(town: &Town, rng: &mut Rng) -> Self {
        let (area, length) = match town.country {
            Country::Us | Country::Ca => return Phone::landline(town, false, rng),
            Country::Uk => (format!("7{}", rng.digits(3)), 6),
            Country::Au => (format!("4{}", rng.digits(2)), 6),
            Country::De => (rng.pick(&["151", "160", "170", "171", "172", "175", "176", "179"]).to_string(), 8),
            Country::At => (rng.pick(&["650", "660", "664", "676", "699"]).to_string(), 7),
            Country::Es => (format!("6{}", rng.digits(2)), 6),
            Country::It => (rng.pick(&["320", "328", "333", "338", "340", "347", "348", "349"]).to_string(), 7),
            Country::Fr => (rng.pick(&["6", "6", "7"]).to_string(), 8),
            Country::Pl => (format!("{}{}", rng.pick(&["5", "6", "7"]), rng.digits(2)), 6),
            Country::Bg => (rng.pick(&["87", "88", "89", "98"]).to_string(), 7),
        };
        Phone { country: town.country, area, local: rng.digits(length) }
    }

    /// The number's identity.
    pub(crate) fn key(&self) -> u64 {
        hash(&format!("{}{}{}", self.country.calling(), self.area, self.local))
    }

    /// The number as written in a style.
    pub(crate) fn written(&self, style: Style, rng: &mut Rng) -> String {
        let (area, local) = (&self.area, &self.local);
        let code = self.country.calling();
        let style = match style {
            Style::Any => {
                [Style::Plain, Style::Spaced, Style::Home, Style::Dashed, Style::Plain, Style::Home][rng.below(6)]
            }
            style => style,
        };
        let (start, end) = local.split_at(3.min(local.len()));
        let american = code == "1";
        match style {
            Style::Plain => format!("+{code}{area}{local}"),
            Style::Spaced if rng.chance(0.2) && !american => format!("+{code} (0){area} {local}"),
            Style::Spaced => format!("+{code} {area} {start} {end}"),
            Style::Zeros => format!("00{code} {area} {local}"),
            Style::Home if american => match rng.below(3) {
                0 => format!("({area}) {start}-{end}"),
                1 => format!("{area}{local}"),
                _ => format!("1-{area}-{start}-{end}"),
            },
            Style::Dashed if american => match rng.below(3) {
                0 => format!("{area}.{start}.{end}"),
                _ => format!("{area}-{start}-{end}"),
            },
            // Spain, Poland and Italy dial no 0 before the area.
            Style::Home if matches!(self.country, Country::Es | Country::Pl) => in_pairs(&format!("{area}{local}"), 3),
            Style::Home if self.country == Country::It => format!("{area} {local}"),
            Style::Home if self.country == Country::Fr => in_pairs(&format!("0{area}{local}"), 2),
            Style::Home => format!("0{area} {local}"),
            _ if matches!(self.country, Country::Es | Country::Pl) => format!("{area}-{start}-{end}"),
            _ if self.country == Country::It => format!("{area}/{local}"),
            _ => format!("0{area}/{local}"),
        }
    }
}

fn in_pairs(digits: &str, size: usize) -> String {
    let parts: Vec<&str> =
        (0..digits.len()).step_by(size).map(|at| &digits[at..(at + size).min(digits.len())]).collect();
    parts.join(" ")
}
