//! Rules that every preset holds to, and real header lines of what each product exports.

use super::*;
use crate::config::mapping::{map_crm, map_leads};

#[test]
fn presets_parse_and_name_no_header_twice() {
    let default = ("default", include_str!("../presets/default.toml"));
    for &(name, text) in FILES.iter().chain([&default]) {
        let preset = parse(name, text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        for candidates in std::iter::once(&preset.leads).chain(&preset.crm) {
            let mut headers: Vec<&String> = candidates.iter().flatten().flatten().collect();
            headers.sort();
            let repeated: Vec<_> = headers.windows(2).filter(|pair| pair[0] == pair[1]).collect();
            assert!(repeated.is_empty(), "{name}: {repeated:?}");
        }
        assert!(preset.leads.iter().any(|candidates| !candidates.is_empty()), "{name} has no lead headers");
    }
    assert!(parse("x", "[leads]\nemial = ['x']").is_err());
    assert!(parse("x", "[laeds]").is_err());
}

#[test]
fn codes_mean_words_that_their_fields_have() {
    let default = ("default", include_str!("../presets/default.toml"));
    let words = |kind: Option<CrmKind>, field: &str| -> &[&str] {
        match (kind, field) {
            (None, "status") => &["open", "qualified", "disqualified", "deleted"],
            (None, "purchase_timeframe") => &["immediate", "this_quarter", "next_quarter", "this_year", "unknown"],
            (None, "purchase_process") => &["individual", "committee", "unknown"],
            (None, "need") => &["Must have", "Should have", "Good to have", "No need"],
            (Some(CrmKind::Accounts | CrmKind::Contacts), "status") => &["active", "inactive", "deleted", "archived"],
            (Some(CrmKind::Opportunities), "status") => &["open", "won", "lost"],
            (Some(CrmKind::Quotes | CrmKind::Orders | CrmKind::Invoices), "status") => &[
                "active",
                "draft",
                "won",
                "void",
                "submitted",
                "canceled",
                "fulfilled",
                "invoiced",
                "closed",
                "paid",
                "deleted",
            ],
            _ => &[],
        }
    };
    let mut seen = 0;
    for &(name, text) in FILES.iter().chain([&default]) {
        let preset = parse(name, text).expect("parses");
        for kind in std::iter::once(None).chain(CrmKind::ALL.iter().copied().map(Some)) {
            let fields: Vec<&str> = match kind {
                None => Field::ALL.iter().map(|field| field.name()).collect(),
                Some(kind) => kind.fields().to_vec(),
            };
            for code in preset.codes(kind) {
                let (field, means) = (fields[code.field], code.means.as_str());
                assert!(words(kind, field).contains(&means), "{name} {kind:?}: {field} = {means}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
    for wrong in [
        "codes.leads = [{ status = 'open', when = {} }]",
        "codes.leads = [{ when = { x = true } }]",
        "codes.leads = [{ status = 'open', need = 'x', when = { x = true } }]",
        "codes.leads = [{ state = 'open', when = { x = true } }]",
        "codes.leads = [{ created_at = 'x', when = { x = true } }]",
        "codes.accounts = [{ need = 'x', when = { x = true } }]",
        "codes.laeds = [{ status = 'open', when = { x = true } }]",
    ] {
        assert!(parse("x", wrong).is_err(), "{wrong}");
    }
}

#[test]
fn no_preset_gives_a_fields_own_name_to_another_field() {
    for &(name, text) in FILES {
        let preset = parse(name, text).expect("parses");
        for (field, candidates) in Field::ALL.iter().zip(&preset.leads) {
            for header in candidates.iter().flatten() {
                let own = Field::ALL.iter().find(|other| match_form(other.name()) == *header);
                assert!(own.is_none_or(|own| own == field), "{name}: {header} is {own:?}, not {field:?}");
            }
        }
    }
}

#[test]
fn names_and_files_agree() {
    let names: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    assert_eq!(Preset::NAMES, names);
    assert_eq!(Preset::named("act").map(Preset::name), Some("act"));
    assert!(Preset::named(Preset::NONE).is_none());
    assert!(Preset::named("default").is_none());
    for (position, kind) in CrmKind::ALL.iter().enumerate() {
        assert_eq!(*kind as usize, position);
        assert!(kind.required().iter().flat_map(|group| group.iter()).all(|field| kind.fields().contains(field)));
    }
}

#[test]
fn match_form_folds_case_punctuation_and_accents() {
    let cases = [
        ("E-Mail", "email"),
        ("first_name", "firstname"),
        ("State/Region", "stateregion"),
        ("Teléfono móvil", "telefonomovil"),
        ("Straße", "strasse"),
        ("Фамилия", "фамилия"),
        ("(Do Not Modify) Lead", "donotmodifylead"),
        (" # ", "#"),
    ];
    for (header, form) in cases {
        assert_eq!(match_form(header), form);
    }
}

/// What an export holds: leads, or a kind of CRM input.
fn section(name: &str) -> Option<CrmKind> {
    CrmKind::ALL.iter().copied().find(|kind| kind.name() == name)
}

/// The field of each column, or "-".
fn fields(header: &[String], preset: &str, kind: Option<CrmKind>) -> Vec<&'static str> {
    let preset = Preset::named(preset);
    let filled: Vec<(&'static str, Vec<usize>)> = match kind {
        None => map_leads(header, preset, &[]).fields.into_iter().map(|(field, from)| (field.name(), from)).collect(),
        Some(kind) => {
            let columns = map_crm(header, kind, preset, &[]).columns.into_iter();
            columns.map(|column| (kind.fields()[column.target], column.from)).collect()
        }
    };
    let of = |at: usize| filled.iter().find(|(_, from)| from.contains(&at)).map_or("-", |(field, _)| *field);
    (0..header.len()).map(of).collect()
}

#[test]
fn exports_of_every_product_are_understood_in_its_languages() {
    let mut seen = Vec::new();
    for export in include_str!("tests/exports.txt").split("\n\n").skip(1) {
        let (head, lines) = export.trim_end().split_once('\n').expect("a head and columns");
        let [name, holds, clear] = head.split(' ').collect::<Vec<_>>()[..] else { panic!("{head}") };
        assert!(Preset::NAMES.contains(&name) && ["found", "open"].contains(&clear), "{head}");
        let kind = section(holds);
        assert!(kind.is_some() || holds == "leads", "{head}");
        let columns = lines.split(['\n', '|']).map(|column| column.rsplit_once('=').expect("header=field"));
        let (header, expected): (Vec<String>, Vec<&str>) =
            columns.map(|(name, field)| (name.to_owned(), field)).unzip();
        let shown = |fields: &[&str]| -> Vec<String> {
            header.iter().zip(fields).map(|(name, field)| format!("{name}={field}")).collect()
        };
        assert_eq!(shown(&fields(&header, name, kind)), shown(&expected), "{head}");
        let fitting = Preset::fitting(&header, kind).map(Preset::name);
        assert_eq!(fitting, (clear == "found").then_some(name), "{head}: {lines}");
        seen.push((name, holds));
    }
    assert!(seen.len() >= 86, "{}", seen.len());
    for name in Preset::NAMES {
        assert!(seen.contains(&(name, "leads")), "no line of {name}");
    }
}

#[test]
fn a_header_that_could_be_anyones_fits_no_preset() {
    let leads = [
        "",
        "id|first_name|last_name|email|phone|company|city|country",
        "source_id|full_name|email|email_2|phone|mobile_phone|company|job_title|street|postcode|created_at|modified_at",
        "First Name|Last Name|Email Address|Phone Number|Company|Job Title|City|State|Zip Code|Country",
        "Name|Email|Phone|Company|Message|Date|Source",
        "Record ID|First Name|Last Name|Email",
        "Customer ID|Title|First Name|Last Name|Email|Phone|Address|City",
        "Vorname|Nachname|Firma|E-Mail|Tel.|PLZ|Ort",
        "Anrede|Vorname|Nachname|Firma|Position|E-Mail-Adresse|Telefon|Mobiltelefon|Straße|PLZ|Ort|Land|Notizen",
        "Nom|Prénom|Société|E-mail|Téléphone|Adresse|Code postal|Ville|Pays",
        "Nombre|Apellidos|Empresa|Cargo|Correo electrónico|Teléfono|Móvil|Ciudad|País|Observaciones",
        "Nome|Cognome|Azienda|E-mail|Telefono|Cellulare|Via|CAP|Città|Provincia|Note",
        "Име|Фамилия|Фирма|Длъжност|Имейл|Телефон|Град|Дата|Съобщение",
        "Imię|Nazwisko|Firma|Stanowisko|Adres e-mail|Telefon komórkowy|Kod pocztowy|Miasto|Uwagi",
        "id|created_time|ad_id|ad_name|adset_name|campaign_name|form_name|platform|full_name|email|phone_number",
        "First Name|Last Name|Organization Name|Organization Title|E-mail 1 - Value|Phone 1 - Value|Notes",
        "given_name|surname|street_number|address_1|address_2|suburb|postcode|state|date_of_birth",
    ];
    let header = |line: &str| -> Vec<String> { line.split('|').map(str::to_owned).collect() };
    for line in leads {
        assert_eq!(Preset::fitting(&header(line), None).map(Preset::name), None, "{line}");
    }
    for &kind in CrmKind::ALL {
        assert_eq!(Preset::fitting(&header(&kind.fields().join("|")), Some(kind)).map(Preset::name), None, "{kind:?}");
    }
}

#[test]
fn a_header_fits_whatever_the_order_of_its_columns() {
    let mut header: Vec<String> =
        ["Person - Name", "Person - ID", "Email", "Person - Owner", "Person - Phone"].map(str::to_owned).to_vec();
    for _ in 0..header.len() {
        assert_eq!(Preset::fitting(&header, None).map(Preset::name), Some("pipedrive"));
        header.rotate_left(1);
    }
    assert_eq!(Preset::fitting(&header[..2], None).map(Preset::name), None);
}

#[test]
fn mails_are_columns_of_the_preset_for_mails() {
    let header: Vec<String> = crate::format::flat::MAIL_COLUMNS.map(str::to_owned).to_vec();
    let found = fields(&header, "email", None);
    let of = |name: &str| found[header.iter().position(|header| header == name).expect("a column of mails")];
    let pairs = [("From", "email"), ("Name", "full_name"), ("Message ID", "source_id"), ("Message", "notes")];
    for (header, field) in pairs {
        assert_eq!(of(header), field);
    }
}
