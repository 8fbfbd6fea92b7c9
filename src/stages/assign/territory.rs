//! Which territory each lead lies in.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::columns::TextValues;
use crate::config::plan::{LONGEST_POSTCODE, Territories, Territory};
use crate::model::facts::Facts;
use crate::model::field::Field;

/// The lead lies in no territory.
pub(super) const NOWHERE: u32 = u32::MAX;

/// For each lead the territory that describes it most exactly: by the longest beginning of its postcode, then by its
/// region, then by its country, then the rest of the world. A territory with a region and postcodes needs both.
pub(super) fn places(table: &Territories, facts: &Facts, fold: fn(&str) -> String) -> Vec<u32> {
    let atlas = Atlas::new(&table.places);
    let known = |ids: &HashMap<&str, u32, FixedState>, text: &str| ids.get(text).copied().unwrap_or(ELSEWHERE);
    let column = |field: Field| TextValues::of(facts, field.name());
    let [countries, regions, postcodes] = [Field::Country, Field::Region, Field::Postcode].map(column);
    let countries = countries
        .as_ref()
        .map(|column| column.map(|text| text.map_or(ELSEWHERE, |text| known(&atlas.countries, text))));
    let regions = regions.as_ref().filter(|_| !atlas.regions.is_empty());
    let regions =
        regions.map(|column| column.map(|text| text.map_or(ELSEWHERE, |text| known(&atlas.regions, &fold(text)))));
    let postcodes = postcodes.as_ref().map(|column| column.map(|text| Postcode::of(text.unwrap_or_default())));
    let place = |lead: usize| {
        let country = countries.as_ref().map_or(ELSEWHERE, |column| *column.of(lead));
        let region = regions.as_ref().map_or(ELSEWHERE, |column| *column.of(lead));
        atlas.find(country, region, postcodes.as_ref().map_or(Postcode::NONE, |column| *column.of(lead)))
    };
    (0..facts.leads()).into_par_iter().map(place).collect()
}

/// A country or region that no territory names.
const ELSEWHERE: u32 = 0;

/// The territories by what describes them.
struct Atlas<'p> {
    countries: HashMap<&'p str, u32, FixedState>,
    regions: HashMap<&'p str, u32, FixedState>,
    /// For each country a bit per length that the beginnings of its postcodes have.
    lengths: Vec<u32>,
    places: HashMap<(u32, u32, u128), u32, FixedState>,
}

impl<'p> Atlas<'p> {
    fn new(territories: &'p [Territory]) -> Self {
        let mut atlas = Self {
            countries: HashMap::default(),
            regions: HashMap::default(),
            lengths: vec![0],
            places: HashMap::default(),
        };
        fn id<'p>(ids: &mut HashMap<&'p str, u32, FixedState>, text: &'p str) -> u32 {
            let next = ids.len() as u32 + 1;
            if text.is_empty() { ELSEWHERE } else { *ids.entry(text).or_insert(next) }
        }
        for (territory, place) in territories.iter().zip(0..) {
            let country = id(&mut atlas.countries, &territory.country);
            let region = id(&mut atlas.regions, &territory.region);
            atlas.lengths.resize(atlas.countries.len() + 1, 0);
            let postcode = Postcode::of(&territory.postcode);
            atlas.lengths[country as usize] |= 1 << postcode.length;
            atlas.places.entry((country, region, postcode.beginning(postcode.length))).or_insert(place);
        }
        atlas
    }

    fn find(&self, country: u32, region: u32, postcode: Postcode) -> u32 {
        let at = |country: u32, region: u32, beginning: u128| self.places.get(&(country, region, beginning)).copied();
        let within = |length: u32| {
            let beginning = postcode.beginning(length);
            let in_region = if region == ELSEWHERE { None } else { at(country, region, beginning) };
            in_region.or_else(|| at(country, ELSEWHERE, beginning))
        };
        let lengths = self.lengths[country as usize];
        let mut longest_first = (0..=postcode.length).rev().filter(|length| lengths & (1 << length) != 0);
        let in_country = if country == ELSEWHERE { None } else { longest_first.find_map(within) };
        in_country.or_else(|| at(ELSEWHERE, ELSEWHERE, 0)).unwrap_or(NOWHERE)
    }
}

/// The first letters and digits of a postcode, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Postcode {
    /// From the highest byte on.
    bytes: u128,
    length: u32,
}

impl Postcode {
    const NONE: Self = Self { bytes: 0, length: 0 };

    /// As `postcode_form` has it, without a text of its own for each lead.
    fn of(text: &str) -> Self {
        let (mut bytes, mut length) = ([0; 16], 0);
        for c in text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase) {
            if length + c.len_utf8() > LONGEST_POSTCODE {
                break;
            }
            c.encode_utf8(&mut bytes[length..]);
            length += c.len_utf8();
        }
        Self { bytes: u128::from_be_bytes(bytes), length: length as u32 }
    }

    /// A number for its first bytes: these, and behind them how many.
    fn beginning(self, length: u32) -> u128 {
        self.bytes & !(u128::MAX >> (8 * length)) | u128::from(length)
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::Column;

    use super::*;
    use crate::config::plan::postcode_form;
    use crate::sample;

    fn table(rows: &[[&str; 3]]) -> Territories {
        let place = |[country, region, postcode]: &[&str; 3]| Territory {
            country: (*country).to_owned(),
            region: (*region).to_owned(),
            postcode: (*postcode).to_owned(),
            label: String::new(),
            owners: Vec::new(),
        };
        Territories { files: Vec::new(), places: rows.iter().map(place).collect() }
    }

    #[test]
    fn the_most_exact_territory_wins() {
        let table = table(&[
            ["DE", "", "80"],      // 0
            ["DE", "", "803"],     // 1
            ["DE", "bayern", ""],  // 2
            ["DE", "", ""],        // 3
            ["GB", "", "SW1A"],    // 4
            ["", "", ""],          // 5
            ["DE", "bayern", "8"], // 6
            ["AT", "", "80"],      // 7
        ]);
        let cases: [([Option<&str>; 3], u32); 13] = [
            ([Some("DE"), None, Some("80331")], 1),
            ([Some("DE"), None, Some("80999")], 0),
            ([Some("DE"), Some("Bayern"), Some("80331")], 1),
            ([Some("DE"), Some("BAYERN"), Some("81000")], 6),
            ([Some("DE"), None, Some("81000")], 3),
            ([Some("DE"), Some("Bayern"), Some("90402")], 2),
            ([Some("DE"), Some("Berlin"), Some("10115")], 3),
            ([Some("DE"), None, None], 3),
            ([Some("GB"), None, Some("SW1A 1AA")], 4),
            ([Some("GB"), None, Some("SW1 1AA")], 5),
            ([Some("AT"), None, Some("8010")], 7),
            ([Some("FR"), Some("Bayern"), Some("80331")], 5),
            ([None, None, Some("80331")], 5),
        ];
        let names = ["country", "region", "postcode"];
        let columns = names
            .iter()
            .enumerate()
            .map(|(at, name)| Column::new((*name).into(), cases.iter().map(|case| case.0[at]).collect::<Vec<_>>()));
        let found = places(&table, &sample::entities(cases.len(), columns).facts, str::to_lowercase);
        for (case, found) in cases.iter().zip(found) {
            assert_eq!(found, case.1, "{:?}", case.0);
        }
    }

    #[test]
    fn without_a_rest_of_the_world_a_lead_may_lie_nowhere() {
        let facts = sample::entities(1, [Column::new("country".into(), ["FR"])]).facts;
        assert_eq!(places(&table(&[["DE", "", ""]]), &facts, str::to_lowercase), [NOWHERE]);
    }

    #[test]
    fn beginnings_are_told_apart() {
        let of = |text: &str, length| Postcode::of(text).beginning(length);
        assert_eq!(of("80331", 2), of("80-999", 2));
        assert_ne!(of("80331", 2), of("80331", 3));
        assert_ne!(of("8", 1), of("80", 2));
        assert_eq!(of("sw1a 1aa", 4), of("SW1A", 4));
        assert_eq!(Postcode::of("123456789012345").length, 12);
        assert_eq!(Postcode::of("d-80").bytes.to_be_bytes()[..3], *postcode_form("d-80").as_bytes());
    }
}
