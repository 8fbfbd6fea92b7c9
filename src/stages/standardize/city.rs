//! The match form of a city: one for its names in several languages.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::fold::fold_name;

static CITIES: LazyLock<HashMap<&'static str, &'static str, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("data/cities.txt").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(" = "));
    pairs.flat_map(|(form, names)| names.split(", ").map(move |name| (name, form))).collect()
});

/// Folded, without "гр." or "grad" in front, and in the city's own language where its other names are known: "Vienna"
/// and "Виена" give "wien".
pub fn city_key(city: &str) -> String {
    let folded = fold_name(city);
    let name = ["gr ", "grad "].iter().find_map(|town| folded.strip_prefix(town)).unwrap_or(&folded);
    // districts behind the name: "Paris 15", "Sofia 1000"
    let name = match name.rsplit_once(' ') {
        Some((city, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => Cow::Borrowed(city),
        _ => Cow::Borrowed(name),
    };
    CITIES.get(name.as_ref()).map_or_else(|| name.into_owned(), |form| (*form).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_city() {
        for group in [
            "Wien, Vienna, Viena, Виена, Vienne",
            "Köln, Koeln, Cologne, Colonia, Кьолн",
            "München, Muenchen, Munich, Monaco di Baviera, Мюнхен",
            "Frankfurt am Main, Frankfurt, Frankfurt/Main, Frankfurt a.M.",
            "Roma, Rome, Rom, Рим",
            "Firenze, Florence, Florenz, Florencia",
            "Napoli, Naples, Neapel",
            "Milano, Mailand, Milan, Милано",
            "Torino, Turin",
            "Venezia, Venice, Venedig, Венеция",
            "Genova, Genoa, Genua, Gênes",
            "София, Sofia, Sofija, гр. София, grad Sofia, Sofia 1000",
            "Пловдив, Plovdiv, Philippopolis",
            "Велико Търново, Veliko Tarnovo, Veliko Turnovo",
            "Русе, Ruse, Rousse",
            "Warszawa, Warsaw, Warschau, Варшава",
            "Kraków, Cracow, Krakau",
            "Praha, Prague, Prag, Прага",
            "Lisboa, Lisbon, Lissabon",
            "Sevilla, Seville",
            "Zaragoza, Saragossa",
            "Bruxelles, Brussel, Brüssel, Brussels, Bruselas",
            "Den Haag, The Hague, La Haye, 's-Gravenhage",
            "Genève, Genf, Geneva, Ginevra, Женева",
            "Zürich, Zurich, Zuerich, Zurigo",
            "København, Copenhagen, Kopenhagen",
            "Athina, Athens, Athen, Атина",
            "București, Bucharest, Букурещ",
            "Beograd, Belgrade, Belgrad, Београд, Белград",
            "Москва, Moscow, Moskau",
            "Київ, Kyiv, Kiev, Киев",
            "Санкт-Петербург, St. Petersburg, Saint Petersburg",
            "Thessaloniki, Solun, Солун, Saloniki",
            "A Coruña, La Coruña",
            "Göteborg, Goeteborg, Gothenburg",
        ] {
            let names: Vec<&str> = group.split(", ").collect();
            for name in &names[1..] {
                assert_eq!(city_key(name), city_key(names[0]), "{name} / {}", names[0]);
            }
        }
    }

    #[test]
    fn other_cities_are_left_alone() {
        for (a, b) in [
            ("Genova", "Genève"),
            ("Frankfurt (Oder)", "Frankfurt am Main"),
            ("Freiburg", "Fribourg"),
            ("Valencia", "Valence"),
            ("Monaco", "Monaco di Baviera"),
            ("Sofia", "Sevilla"),
            ("Gradets", "Ets"),
            ("Ragusa", "Dubrovnik"),
        ] {
            assert_ne!(city_key(a), city_key(b), "{a} / {b}");
        }
        for (city, key) in [("", ""), ("Gradets", "gradets"), ("Springfield", "springfield"), ("29", "29")] {
            assert_eq!(city_key(city), key);
        }
    }

    #[test]
    fn the_list_is_folded_and_unambiguous() {
        let text = include_str!("data/cities.txt");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.is_sorted() && lines.len() >= 100, "{}", lines.len());
        let mut all: Vec<&str> = Vec::new();
        for line in lines {
            let (form, names) = line.split_once(" = ").expect(line);
            all.extend(names.split(", ").chain([form]));
        }
        for name in &all {
            assert_eq!(fold_name(name), *name);
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "a name stands for two cities");
    }
}
