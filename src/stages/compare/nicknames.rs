//! Given names that stand for one another: short forms, pet names and spellings by language, and the forms that one
//! name has in several languages.
//!
//! The packs are lists with one group a line: the full name, then its other forms, in match form (what `fold_name` of
//! the standardize stage makes of them), separated by commas. Short forms of several names stand in several groups.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// What binds the names of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A short form or a spelling of the same name: "bill" of "william".
    Nickname,
    /// The same name in another language, "johann" and "juan": bearers seldom change it.
    Equivalent,
}

const NICKNAMES: [&str; 12] = [
    include_str!("nicknames/bulgarian.txt"),
    include_str!("nicknames/czech.txt"),
    include_str!("nicknames/dutch.txt"),
    include_str!("nicknames/english.txt"),
    include_str!("nicknames/french.txt"),
    include_str!("nicknames/german.txt"),
    include_str!("nicknames/italian.txt"),
    include_str!("nicknames/polish.txt"),
    include_str!("nicknames/portuguese.txt"),
    include_str!("nicknames/russian.txt"),
    include_str!("nicknames/serbian.txt"),
    include_str!("nicknames/spanish.txt"),
];
const EQUIVALENTS: &str = include_str!("nicknames/equivalents.txt");

/// The groups of names that stand for one another, by name.
pub(super) struct NicknameGroups {
    groups: HashMap<&'static str, Vec<u16>, FixedState>,
    /// Groups from here on are equivalents.
    equivalents: u16,
}

impl NicknameGroups {
    pub(super) fn new() -> Self {
        let mut groups: HashMap<&'static str, Vec<u16>, FixedState> = HashMap::default();
        let mut next = 0;
        let mut add = |pack: &'static str| {
            for line in lines(pack) {
                line.split(", ").for_each(|name| groups.entry(name).or_default().push(next));
                next += 1;
            }
            next
        };
        let equivalents = NICKNAMES.into_iter().map(&mut add).last().unwrap_or(0);
        add(EQUIVALENTS);
        Self { groups, equivalents }
    }

    /// The groups of a name in match form, ascending; none for names that are not listed.
    pub(super) fn of(&self, name: &str) -> &[u16] {
        self.groups.get(name).map_or(&[], Vec::as_slice)
    }

    /// What binds two names, given their groups; the stronger bond where there are two.
    pub(super) fn kind(&self, a: &[u16], b: &[u16]) -> Option<Kind> {
        let first = a.iter().find(|group| b.contains(group))?;
        Some(if *first < self.equivalents { Kind::Nickname } else { Kind::Equivalent })
    }

    /// Whether one is a short form of the other, or both are of a third name.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        self.kind(self.of(a), self.of(b)) == Some(Kind::Nickname)
    }
}

fn lines(pack: &'static str) -> impl Iterator<Item = &'static str> {
    pack.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::standardize::fold::fold_name;

    fn bond(groups: &NicknameGroups, a: &str, b: &str) -> Option<Kind> {
        groups.kind(groups.of(a), groups.of(b))
    }

    #[test]
    fn packs_are_folded_sorted_and_free_of_repetitions() {
        for pack in NICKNAMES.into_iter().chain([EQUIVALENTS]) {
            let title = pack.lines().next().unwrap();
            assert!(title.starts_with("# "), "{title}");
            let groups: Vec<&str> = lines(pack).collect();
            assert!(groups.len() >= 60, "{title}: {}", groups.len());
            assert!(groups.is_sorted(), "{title}");
            assert!(groups.windows(2).all(|pair| pair[0] != pair[1]), "{title}");
            for group in groups {
                let mut names: Vec<&str> = group.split(", ").collect();
                assert!(names.len() >= 2, "{title}: {group}");
                for name in &names {
                    assert_eq!(fold_name(name), *name, "{title}: {group}");
                    assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' '), "{title}: {group}");
                }
                names.sort_unstable();
                assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{title}: {group}");
            }
        }
    }

    #[test]
    fn nicknames() {
        let groups = NicknameGroups::new();
        for (a, b) in [
            ("William", "Bill"),
            ("Will", "Liam"),
            ("Margaret", "Peggy"),
            ("Margaret", "Greta"),
            ("Elizabeth", "Betsy"),
            ("Robert", "Bob"),
            ("Joseph", "Joey"),
            ("Edward", "Ted"),
            ("Katherine", "Kate"),
            ("Karl-Heinz", "Kalle"),
            ("Günther", "Guenter"),
            ("Jürgen", "Georg"),
            ("Johannes", "Hans"),
            ("Friedrich", "Fritz"),
            ("Katharina", "Käthe"),
            ("Francisco", "Paco"),
            ("Francisco", "Curro"),
            ("José", "Pepe"),
            ("José María", "Chema"),
            ("María Teresa", "Maite"),
            ("Ignacio", "Nacho"),
            ("Giuseppe", "Beppe"),
            ("Gaetano", "Tano"),
            ("Vincenzo", "Enzo"),
            ("Marguerite", "Margot"),
            ("Jean-Baptiste", "Titi"),
            ("Георги", "Гошо"),
            ("Георги", "Жоро"),
            ("Александър", "Сашо"),
            ("Иван", "Ваньо"),
            ("Димитър", "Митко"),
            ("Христо", "Ицо"),
            ("Александр", "Саша"),
            ("Екатерина", "Катя"),
            ("Дмитрий", "Дима"),
            ("Małgorzata", "Gosia"),
            ("Katarzyna", "Kasia"),
            ("Wojciech", "Wojtek"),
            ("Aleksandra", "Ola"),
            ("Jan", "Honza"),
            ("Aleksandar", "Aca"),
            ("Antônio", "Toninho"),
            ("João", "Joãozinho"),
            ("Cornelis", "Kees"),
            ("Jacobus", "Jaap"),
        ] {
            assert!(groups.same(&fold_name(a), &fold_name(b)), "{a} {b}");
            assert!(groups.same(&fold_name(b), &fold_name(a)), "{b} {a}");
            assert_ne!(bond(&groups, &fold_name(a), &fold_name(b)), Some(Kind::Equivalent), "{a} {b}");
        }
        for (a, b) in [
            ("john", "juan"),
            ("johann", "giovanni"),
            ("george", "jorge"),
            ("georgi", "giorgio"),
            ("wilhelm", "guillermo"),
            ("stefan", "esteban"),
            ("peter", "pedro"),
        ] {
            assert_eq!(bond(&groups, a, b), Some(Kind::Equivalent), "{a} {b}");
            assert_eq!(bond(&groups, b, a), Some(Kind::Equivalent), "{a} {b}");
            assert!(!groups.same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("john", "mary"),
            ("peter", "paul"),
            ("martin", "markus"),
            ("anna", "peter"),
            ("ivan", "georgi"),
            ("maria", "jose"),
            ("william", "robert"),
            ("zzz", "zzz"),
        ] {
            assert_eq!(bond(&groups, a, b), None, "{a} {b}");
        }
    }
}
