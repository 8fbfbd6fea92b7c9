//! The words that people write into a review file.

use crate::model::answers::{AnswerWord, QuestionKind};
use crate::model::names::nearest;

/// The same, in lower case: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Bulgarian, Russian.
#[rustfmt::skip]
const MATCH: &[&str] = &[
    "match", "same", "merge", "duplicate", "link", "yes", "y", "true",
    "gleich", "dasselbe", "dublette", "ja", "j", "wahr", "même", "doublon", "oui", "o", "vrai",
    "mismo", "igual", "duplicado", "sí", "si", "verdadero", "stesso", "uguale", "duplicato", "sì", "vero",
    "mesmo", "sim", "verdadeiro", "hetzelfde", "zelfde", "waar", "ten sam", "duplikat", "tak", "prawda",
    "съвпада", "същият", "да", "истина", "совпадает", "тот же", "дубликат",
];
/// Another one.
#[rustfmt::skip]
const DISTINCT: &[&str] = &[
    "distinct", "different", "separate", "other", "not a duplicate", "no", "n", "false",
    "verschieden", "anders", "andere", "keine dublette", "nein", "falsch", "différent", "autre", "non", "faux",
    "distinto", "diferente", "otro", "falso", "diverso", "altro", "outro", "não", "nao",
    "verschillend", "ander", "nee", "onwaar", "różny", "inny", "nie", "fałsz",
    "различен", "друг", "не", "лъжа", "разные", "другой", "нет", "ложь",
];
/// None of those that came into question.
#[rustfmt::skip]
const NEW: &[&str] = &[
    "new", "none", "none of these", "create", "neu", "keine davon", "keiner", "nouveau", "nouvelle", "aucun", "nuevo", "nueva",
    "ninguno", "nuovo", "nuova", "nessuno", "novo", "nova", "nenhum", "nieuw", "geen", "nowy", "nowa", "żaden",
    "нов", "нова", "ново", "никой", "новый", "новая", "никто",
];

/// What a word says.
pub(super) fn answer(word: &str) -> Option<AnswerWord> {
    let word = plain(word);
    let lists = [(MATCH, AnswerWord::Match), (DISTINCT, AnswerWord::Distinct), (NEW, AnswerWord::New)];
    lists.into_iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, answer)| answer)
}

/// The kind of question; a blank one is about a lead, as it was when there were no others.
pub(super) fn kind(word: &str) -> Option<QuestionKind> {
    let word = plain(word);
    if word.is_empty() {
        return Some(QuestionKind::Lead);
    }
    QuestionKind::ALL.iter().copied().find(|kind| kind.name() == word)
}

/// The word that a wrong one most likely means: one of ours, else any.
pub(super) fn nearest_answer(word: &str) -> Option<&'static str> {
    let own = nearest(word, AnswerWord::ALL.iter().map(|answer| answer.name()));
    own.or_else(|| nearest(word, [MATCH, DISTINCT, NEW].into_iter().flatten().copied()))
}

pub(super) fn nearest_kind(word: &str) -> Option<&'static str> {
    nearest(word, QuestionKind::ALL.iter().map(|kind| kind.name()))
}

/// In lower case, one space between words, without a full stop or an exclamation mark behind them.
fn plain(word: &str) -> String {
    let word = word.trim().to_lowercase();
    word.trim_end_matches(['.', '!'])
        .split([' ', '_', '\u{a0}'])
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use AnswerWord::{Distinct, Match, New};

    #[test]
    fn words_of_several_languages() {
        let cases = [
            ("match", Some(Match)),
            (" SAME. ", Some(Match)),
            ("Ja", Some(Match)),
            ("ДА", Some(Match)),
            ("Distinct!", Some(Distinct)),
            ("Not a  duplicate", Some(Distinct)),
            ("nein", Some(Distinct)),
            ("new", Some(New)),
            ("None_of_these", Some(New)),
            ("Нов", Some(New)),
            ("maybe", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(answer(word), expected, "{word}");
        }
        assert_eq!(nearest_answer("mach"), Some("match"));
        assert_eq!(nearest_answer("distinkt"), Some("distinct"));
        assert_eq!((nearest_answer("nw"), nearest_answer("seperate")), (Some("new"), Some("separate")));
        assert_eq!(nearest_answer("???"), None);
    }

    #[test]
    fn no_word_says_two_things() {
        for (at, word) in MATCH.iter().chain(DISTINCT).chain(NEW).enumerate() {
            let lists = [MATCH, DISTINCT, NEW].iter().filter(|list| list.contains(word)).count();
            assert_eq!(lists, 1, "{word} (word {at})");
        }
    }

    #[test]
    fn the_read_me_has_every_word() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let read_me = std::fs::read_to_string(path).unwrap();
        let table = read_me.split("| | for `match` | for `distinct` | for `new` |").nth(1).unwrap();
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let mut told: [Vec<&str>; 3] = [vec!["match"], vec!["distinct"], vec!["new"]];
        for row in rows {
            let cells = row.trim_matches('|').split('|').skip(1);
            cells.zip(&mut told).for_each(|(cell, told)| told.extend(cell.split(',').map(str::trim)));
        }
        for (mut told, known) in told.into_iter().zip([MATCH, DISTINCT, NEW]) {
            told.sort_unstable();
            told.dedup();
            let mut known = known.to_vec();
            known.sort_unstable();
            assert_eq!(told, known);
        }
    }

    #[test]
    fn a_blank_kind_is_a_lead() {
        assert_eq!(kind(" "), Some(QuestionKind::Lead));
        assert_eq!(kind("Account"), Some(QuestionKind::Account));
        assert_eq!((kind("acount"), nearest_kind("acount")), (None, Some("account")));
    }
}
