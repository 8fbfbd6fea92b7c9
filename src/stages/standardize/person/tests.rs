use proptest::prelude::*;

use super::*;

/// salutation | given | middle | family | suffix
fn parts(raw: &str, naming: Naming) -> String {
    match person(raw, naming).value {
        Some(name) => [name.salutation, name.given, name.middle, name.family, name.suffix].join("|"),
        None => "none".to_owned(),
    }
}

#[test]
fn whole_names() {
    for (raw, want) in [
        ("John Smith", "|John||Smith|"),
        ("Smith, John", "|John||Smith|"),
        ("Smith, John A.", "|John|A.|Smith|"),
        ("Smith, Dr. John, PhD", "Dr.|John||Smith|PhD"),
        ("Mr. John Smith Jr.", "Mr|John||Smith|Jr."),
        ("John Smith III", "|John||Smith|III"),
        ("John Smith, PhD, MBA", "|John||Smith|PhD, MBA"),
        ("Prof. Dr. Anna Müller", "Prof. Dr.|Anna||Müller|"),
        ("Herr Dipl.-Ing. Hans Peter Meier", "Herr Dipl.-Ing.|Hans|Peter|Meier|"),
        ("Frau Müller", "Frau|||Müller|"),
        ("Sra. María García", "Sra.|María||García|"),
        ("Don Pedro Álvarez", "Don|Pedro||Álvarez|"),
        ("Don Johnson", "|Don||Johnson|"),
        ("Amartya Sen", "|Amartya||Sen|"),
        ("Aparna Kumari Sen", "|Aparna|Kumari|Sen|"),
        ("Sen, Amartya", "|Amartya||Sen|"),
        ("Max Mustermann sen.", "|Max||Mustermann|Sr."),
        ("Mustermann, Max, jun", "|Max||Mustermann|Jr."),
        ("Col Needham", "|Col||Needham|"),
        ("Col. Sherman Potter", "Col.|Sherman||Potter|"),
        ("Sig Hansen", "|Sig||Hansen|"),
        ("Sig. Rossi", "Sig.|||Rossi|"),
        ("Dott.ssa Giulia Rossi", "Dott.ssa|Giulia||Rossi|"),
        ("Sig. Marco Rossi", "Sig.|Marco||Rossi|"),
        ("Mme Claire Dubois", "Mme|Claire||Dubois|"),
        ("г-н Иван Петров", "г-н|Иван||Петров|"),
        ("Г-жа Мария Иванова Петрова", "г-жа|Мария|Иванова|Петрова|"),
        ("д-р ИВАН ПЕТРОВ", "д-р|Иван||Петров|"),
        ("JOHN SMITH", "|John||Smith|"),
        ("john smith", "|John||Smith|"),
        ("LUDWIG VAN DER BERG", "|Ludwig||van der Berg|"),
        ("Ludwig van Beethoven", "|Ludwig||van Beethoven|"),
        ("van Beethoven, Ludwig", "|Ludwig||van Beethoven|"),
        ("Beethoven, Ludwig van", "|Ludwig||van Beethoven|"),
        ("MARIA DE LA CRUZ", "|Maria||de la Cruz|"),
        ("SEAN O'BRIEN", "|Sean||O'Brien|"),
        ("ronald mcdonald", "|Ronald||McDonald|"),
        ("ANNE-MARIE DUPONT", "|Anne-Marie||Dupont|"),
        ("SMITH John", "|John||Smith|"),
        ("John SMITH", "|John||Smith|"),
        ("VAN DER BERG Jan", "|Jan||van der Berg|"),
        ("JP Morgan", "|JP||Morgan|"),
        ("J. R. R. Tolkien", "|J.|R. R.|Tolkien|"),
        ("John \u{1f600} Smith", "|John||Smith|"),
        ("John (Johnny) Smith", "|John||Smith|"),
        ("Cher", "|||Cher|"),
        ("DeShawn McCoy", "|DeShawn||McCoy|"),
        ("VAN MORRISON", "|Van||Morrison|"),
        ("李小龙", "|||李小龙|"),
        ("Smith,", "|||Smith|"),
        ("Dr", "|||Dr|"),
        ("n/a", "none"),
        ("test", "none"),
        ("xxx", "none"),
        ("No Name", "none"),
        ("-", "none"),
        ("123", "none"),
        ("\u{1f600}", "none"),
    ] {
        assert_eq!(parts(raw, Naming::OneFamilyName), want, "{raw}");
    }
}

#[test]
fn two_family_names() {
    for (raw, want) in [
        ("María García López", "|María||García López|"),
        ("Juan Carlos García Márquez", "|Juan|Carlos|García Márquez|"),
        ("João da Silva Santos", "|João||da Silva Santos|"),
        ("Pedro García", "|Pedro||García|"),
        ("José Ortega y Gasset", "|José||Ortega y Gasset|"),
        ("John F. Kennedy", "|John|F.|Kennedy|"),
        ("Juan GARCÍA LÓPEZ", "|Juan||García López|"),
    ] {
        assert_eq!(parts(raw, Naming::TwoFamilyNames), want, "{raw}");
    }
    assert_eq!(Naming::of("ES"), Naming::TwoFamilyNames);
    assert_eq!(Naming::of("DE"), Naming::OneFamilyName);
}

#[test]
fn cells_of_one_part() {
    let given = |raw: &str| given_name(raw).value.map(|name| (name.salutation, name.given));
    let family = |raw: &str| family_name(raw).value.map(|name| (name.family, name.suffix));
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(given("Dr. Anna"), pair("Dr.", "Anna"));
    assert_eq!(given("ANNA MARIA"), pair("", "Anna Maria"));
    assert_eq!(given("JP"), pair("", "JP"));
    assert_eq!(given("n/a"), None);
    assert_eq!(family("SMITH JR"), pair("Smith", "Jr."));
    assert_eq!(family("VAN DER BERG"), pair("van der Berg", ""));
    assert_eq!(family("LA ROSA"), pair("La Rosa", ""));
    assert_eq!(family("-"), None);
    assert_eq!(salutation("DR").value.as_deref(), Some("Dr."));
    assert_eq!(salutation("Herr Prof").value.as_deref(), Some("Herr Prof."));
}

proptest! {
    #[test]
    fn never_fails(text in "\\PC{0,40}") {
        for naming in [Naming::OneFamilyName, Naming::TwoFamilyNames] {
            if let Some(name) = person(&text, naming).value {
                prop_assert!(name.full().chars().any(char::is_alphabetic));
            }
        }
        given_name(&text);
        family_name(&text);
        salutation(&text);
    }

    #[test]
    fn clean_names_stay(text in "([A-Z][a-z]{1,6}|[A-Z]{3,6}|[a-z]{3,6}|[А-Я]{3,6}|van|de|O'[A-Z]{3})( [A-Z][a-z]{2,6}| [A-Z]{3,5}| [a-z]{3,5}){0,3}") {
        // A word that may be a title or a suffix is one where it stands as such.
        prop_assume!(!text.split(' ').any(|word| TITLES.contains_key(&key(word)) || SUFFIXES.contains_key(&key(word))));
        if let Some(name) = person(&text, Naming::OneFamilyName).value {
            let full = name.full();
            prop_assert_eq!(person(&full, Naming::OneFamilyName).value.map(|again| again.full()), Some(full));
        }
    }
}
