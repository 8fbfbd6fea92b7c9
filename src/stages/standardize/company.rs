//! Company names: tidied for show, and a match form without legal forms.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::clean::Clean;
use super::fold::{compact, fold};
use super::placeholder::is_placeholder_name;
use super::text::tidied;
use crate::model::rows::FindingCode;

static LEGAL_FORMS: LazyLock<HashSet<String, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("data/legal_forms.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(compact).filter(|form| !form.is_empty()).collect()
});

/// Words for "and"; dropped between other words.
const AND: [&str; 7] = ["and", "und", "y", "e", "et", "i", "og"];
/// Legal forms that stand in front: Bulgarian sole trader, German "Firma", Polish and Russian forms.
const IN_FRONT: [&str; 6] = ["et", "fa", "firma", "ooo", "oao", "zao"];
/// The longest legal form in words ("spolka z ograniczona odpowiedzialnoscia", "gesellschaft mit beschraenkter
/// haftung").
const LONGEST_FORM: usize = 6;

/// A company's name for show: tidied, quotes around it dropped, case as it came.
pub fn company(raw: &str) -> Clean<Cow<'_, str>> {
    let tidied = tidied(raw);
    let mut name: &str = &tidied;
    for (open, close) in [('"', '"'), ('\'', '\''), ('„', '“'), ('“', '”'), ('«', '»')] {
        if let Some(inner) = name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
            && !inner.contains([open, close])
        {
            name = inner.trim();
        }
    }
    if name.is_empty() {
        return Clean { value: None, finding: (!tidied.is_empty()).then_some(FindingCode::Placeholder) };
    }
    if is_placeholder_name(name) {
        return Clean::fault(FindingCode::Placeholder);
    }
    Clean::of(if name.len() == tidied.len() { tidied } else { Cow::Owned(name.to_owned()) })
}

/// A company's name in match form: folded, without "and" words and legal forms ("Müller & Söhne GmbH & Co. KG" gives
/// "muller sohne"). Never empty unless the name has no letter or digit.
pub fn company_key(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let last = words.len().saturating_sub(1);
    let mut at = 0;
    words.retain(|word| {
        let between = at > 0 && at < last;
        at += 1;
        !(between && AND.contains(word))
    });
    let mut joined = String::new();
    while let Some(form) = trailing_form(&words, &mut joined) {
        words.truncate(words.len() - form);
    }
    while words.len() > 1 && IN_FRONT.contains(&words[0]) {
        words.remove(0);
    }
    words.join(" ")
}

/// How many words at the end are a legal form, the longest first; never all of them.
fn trailing_form(words: &[&str], joined: &mut String) -> Option<usize> {
    let longest = LONGEST_FORM.min(words.len().saturating_sub(1));
    joined.clear();
    joined.extend(words[words.len() - longest..].iter().copied());
    let mut start = 0;
    (1..=longest).rev().find(|&count| {
        let form = &joined[start..];
        start += words[words.len() - count].len();
        LEGAL_FORMS.contains(form)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys() {
        for (name, want) in [
            ("Acme Inc.", "acme"),
            ("Acme, Inc", "acme"),
            ("ACME Corporation", "acme"),
            ("Ford Motor Company", "ford motor"),
            ("Ford Motor Co., Ltd.", "ford motor"),
            ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
            ("Müller und Söhne GmbH", "muller sohne"),
            ("Smith and Jones LLP", "smith jones"),
            ("Софтуер ООД", "softuer"),
            ("Алфа ЕООД", "alfa"),
            ("ALFA EOOD", "alfa"),
            ("ЕТ Иван Петров", "ivan petrov"),
            ("„Булгартабак“ АД", "bulgartabak"),
            ("Bulgartabak AD", "bulgartabak"),
            ("Fa. Schmidt", "schmidt"),
            ("Zakład Sp. z o.o.", "zaklad"),
            ("Zaklad spółka z ograniczoną odpowiedzialnością", "zaklad"),
            ("Grupo Uno, S.A. de C.V.", "grupo uno"),
            ("Café du Monde S.A.R.L.", "cafe du monde"),
            ("Rossi S.p.A.", "rossi"),
            ("Rossi e Figli S.r.l.", "rossi figli"),
            ("Škoda a.s.", "skoda"),
            ("Novák s.r.o.", "novak"),
            ("Philips N.V.", "philips"),
            ("Volvo AB", "volvo"),
            ("Nokia Oyj", "nokia"),
            ("Novo A/S", "novo"),
            ("Bosch G.m.b.H.", "bosch"),
            ("Infineon AG", "infineon"),
            ("AG", "ag"),
            ("GmbH & Co. KG", "gmbh"),
            ("Y Combinator", "y combinator"),
            ("Group Seven", "group seven"),
            ("Lda", "lda"),
            ("Silva Lda.", "silva"),
            ("1&1 AG", "1 1"),
            ("---", ""),
            ("София", "sofia"),
        ] {
            assert_eq!(company_key(name), want, "{name}");
        }
    }

    #[test]
    fn shown_names() {
        for (raw, want) in
            [("  Acme   Inc. ", "Acme Inc."), ("\"Acme\"", "Acme"), ("„Алфа“ ООД", "„Алфа“ ООД"), ("IBM", "IBM")]
        {
            assert_eq!(company(raw), Clean::of(want.into()), "{raw}");
        }
        for raw in ["n/a", "test", "-", "no name", "xxx", "\"\""] {
            assert_eq!(company(raw), Clean::fault(FindingCode::Placeholder), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn never_fails_and_keeps_something(text in "\\PC{0,40}") {
            company(&text);
            prop_assert_eq!(company_key(&text).is_empty(), fold(&text).is_empty());
        }
    }
}
