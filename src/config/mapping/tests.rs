//! Mapping cases: real headers of the presets' products, and what the user says on top.

use super::*;

fn header(names: &str) -> Vec<String> {
    names.split('|').map(str::to_owned).collect()
}

fn preset(name: &str) -> Option<&'static Preset> {
    Some(Preset::named(name).expect("a preset"))
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect()
}

/// `field=Header+Header` per field, then the custom columns.
fn described(header: &[String], mapping: &LeadMapping) -> (Vec<String>, Vec<String>) {
    let fields = mapping.fields.iter().map(|(field, from)| {
        let from: Vec<&str> = from.iter().map(|&column| header[column].as_str()).collect();
        format!("{}={}", field.name(), from.join("+"))
    });
    (fields.collect(), mapping.custom.iter().map(|(name, _)| name.clone()).collect())
}

fn check(preset: Option<&Preset>, names: &str, fields: &[(&str, &str)], expected: &[&str], custom: &[&str]) {
    let header = header(names);
    let mapping = map_leads(&header, preset, &pairs(fields));
    assert_eq!(mapping.problems, []);
    let (found, others) = described(&header, &mapping);
    let mut found_sorted = found.clone();
    let mut expected: Vec<String> = expected.iter().map(|&pair| pair.to_owned()).collect();
    found_sorted.sort();
    expected.sort();
    assert_eq!(found_sorted, expected, "{names}");
    assert_eq!(others, custom, "{names}");
}

#[test]
fn hubspot() {
    check(
        preset("hubspot"),
        "Record ID|First Name|Last Name|Email|Phone Number|Mobile Phone Number|Job Title|Company Name|\
         Website URL|Street Address|City|State/Region|Postal Code|Country/Region|Lead Status|Original Source|\
         Contact owner|Create Date|Last Modified Date|Unsubscribed from all email|Budget (EUR)|\
         Purchase Timeframe|Message|Webinar attended",
        &[],
        &[
            "source_id=Record ID",
            "first_name=First Name",
            "last_name=Last Name",
            "email=Email",
            "phone=Phone Number",
            "mobile_phone=Mobile Phone Number",
            "job_title=Job Title",
            "company=Company Name",
            "website=Website URL",
            "street=Street Address",
            "city=City",
            "region=State/Region",
            "postcode=Postal Code",
            "country=Country/Region",
            "status=Lead Status",
            "source=Original Source",
            "assigned_to=Contact owner",
            "created_at=Create Date",
            "modified_at=Last Modified Date",
            "do_not_email=Unsubscribed from all email",
            "budget_amount=Budget (EUR)",
            "purchase_timeframe=Purchase Timeframe",
            "notes=Message",
        ],
        &["Webinar attended"],
    );
}

#[test]
fn salesforce() {
    check(
        preset("salesforce"),
        "Lead ID|Salutation|First Name|Last Name|Title|Company|Email|Phone|Mobile|Fax|Street|City|\
         State/Province|Zip/Postal Code|Country|Website|Lead Source|Lead Status|Rating|Lead Owner|\
         Created Date|Last Modified Date|Email Opt Out|Do Not Call|Product Interest|Estimated Value|\
         Description",
        &[],
        &[
            "source_id=Lead ID",
            "salutation=Salutation",
            "first_name=First Name",
            "last_name=Last Name",
            "job_title=Title",
            "company=Company",
            "email=Email",
            "phone=Phone",
            "mobile_phone=Mobile",
            "fax=Fax",
            "street=Street",
            "city=City",
            "region=State/Province",
            "postcode=Zip/Postal Code",
            "country=Country",
            "website=Website",
            "source=Lead Source",
            "status=Lead Status",
            "assigned_to=Lead Owner",
            "created_at=Created Date",
            "modified_at=Last Modified Date",
            "do_not_email=Email Opt Out",
            "do_not_call=Do Not Call",
            "product_interest=Product Interest",
            "estimated_value=Estimated Value",
            "notes=Description",
        ],
        &["Rating"],
    );
}

#[test]
fn dynamics365() {
    check(
        preset("dynamics365"),
        "(Do Not Modify) Lead|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Topic|First Name|\
         Last Name|Job Title|Company Name|Email|Business Phone|Mobile Phone|Street 1|City|State/Province|\
         ZIP/Postal Code|Country/Region|Website|Lead Source|Status|Status Reason|Owner|Created On|\
         Budget Amount|Purchase Timeframe|Purchase Process|Est. Value|Est. Close Date|\
         Parent Account for lead|Parent Contact for lead|Do not allow Emails|Do not allow Phone Calls|\
         Newsletter",
        &[],
        &[
            "source_id=(Do Not Modify) Lead",
            "modified_at=(Do Not Modify) Modified On",
            "first_name=First Name",
            "last_name=Last Name",
            "job_title=Job Title",
            "company=Company Name",
            "email=Email",
            "phone=Business Phone",
            "mobile_phone=Mobile Phone",
            "street=Street 1",
            "city=City",
            "region=State/Province",
            "postcode=ZIP/Postal Code",
            "country=Country/Region",
            "website=Website",
            "source=Lead Source",
            "status=Status",
            "status_reason=Status Reason",
            "assigned_to=Owner",
            "created_at=Created On",
            "budget_amount=Budget Amount",
            "purchase_timeframe=Purchase Timeframe",
            "purchase_process=Purchase Process",
            "estimated_value=Est. Value",
            "estimated_close_date=Est. Close Date",
            "existing_account_id=Parent Account for lead",
            "existing_contact_id=Parent Contact for lead",
            "do_not_email=Do not allow Emails",
            "do_not_call=Do not allow Phone Calls",
        ],
        &["(Do Not Modify) Row Checksum", "Topic", "Newsletter"],
    );
}

#[test]
fn act_joins_its_address_lines() {
    check(
        preset("act"),
        "Unique ID|Contact|Salutation|Title|Company|E-mail|Phone|Mobile Phone|Fax Phone|Address 1|Address 2|\
         City|State|ZIP Code|Country|Web Site|ID/Status|Referred By|Record Manager|Edit Date|Create Date|\
         Last Results",
        &[],
        &[
            "source_id=Unique ID",
            "full_name=Contact",
            "salutation=Salutation",
            "job_title=Title",
            "company=Company",
            "email=E-mail",
            "phone=Phone",
            "mobile_phone=Mobile Phone",
            "fax=Fax Phone",
            "street=Address 1+Address 2",
            "city=City",
            "region=State",
            "postcode=ZIP Code",
            "country=Country",
            "website=Web Site",
            "initiated_by=Referred By",
            "assigned_to=Record Manager",
            "modified_at=Edit Date",
            "created_at=Create Date",
            "notes=Last Results",
        ],
        &["ID/Status"],
    );
}

#[test]
fn plain_words() {
    let none: &[&str] = &[];
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "Vorname|Nachname|Firma|E-Mail|Tel.|PLZ|Ort",
            &[
                "first_name=Vorname",
                "last_name=Nachname",
                "company=Firma",
                "email=E-Mail",
                "phone=Tel.",
                "postcode=PLZ",
                "city=Ort",
            ],
            none,
        ),
        (
            "Nombre|Apellidos|Correo|Móvil",
            &["first_name=Nombre", "last_name=Apellidos", "email=Correo", "mobile_phone=Móvil"],
            none,
        ),
        (
            "Име|Фамилия|Фирма|Имейл|Град",
            &["first_name=Име", "last_name=Фамилия", "company=Фирма", "email=Имейл", "city=Град"],
            none,
        ),
        (
            "surname|given_name|mail|tel|zip",
            &["last_name=surname", "first_name=given_name", "email=mail", "phone=tel", "postcode=zip"],
            none,
        ),
        // A lone "name" is the whole name; beside the other half it is that half.
        ("Name|Email", &["full_name=Name", "email=Email"], none),
        ("Nombre|Email", &["full_name=Nombre", "email=Email"], none),
        ("Vorname|Name", &["first_name=Vorname", "last_name=Name"], none),
        ("prénom|nom", &["first_name=prénom", "last_name=nom"], none),
        (
            "Full Name|First name|Last name",
            &["full_name=Full Name", "first_name=First name", "last_name=Last name"],
            none,
        ),
        // Own names in any dress; the first column wins, another stays under its own name.
        (
            "FIRST-NAME|last_name|Budget Amount",
            &["first_name=FIRST-NAME", "last_name=last_name", "budget_amount=Budget Amount"],
            none,
        ),
        ("Email|E-Mail|Email (2)", &["email=Email", "email_2=Email (2)"], &["E-Mail (source)"]),
        ("Score|Stage|Colour|Lead ID", &["source_id=Lead ID"], &["Score (source)", "Stage (source)", "Colour"]),
    ];
    for (names, expected, custom) in cases {
        check(None, names, &[], expected, custom);
    }
}

#[test]
fn the_users_fields_win() {
    check(
        preset("hubspot"),
        "Email|Work mail|Phone Number|Addr|Addr 2",
        &[("email", "Work mail"), ("street", "Addr"), ("street", "addr_2")],
        &["email=Work mail", "phone=Phone Number", "street=Addr+Addr 2"],
        &["Email (source)"],
    );
    check(None, "Vorname|Name", &[("full_name", "Name")], &["first_name=Vorname", "full_name=Name"], &[]);
}

#[test]
fn custom_names_are_unique() {
    let names = header("stage|stage (source)|Other");
    let mapping = map_leads(&names, None, &[]);
    let expected = [("stage (source) (source)", 0), ("stage (source)", 1), ("Other", 2)];
    assert_eq!(mapping.custom, expected.map(|(name, column)| (name.to_owned(), vec![column])));
}

#[test]
fn problems_name_the_nearest() {
    let names = header("Company name|Mail");
    let mapping = map_leads(&names, None, &pairs(&[("compny", "Mail"), ("company", "Compny name"), ("phone", "zzz")]));
    let unknown = |ours: &str, theirs: &str, nearest: Option<&str>| MappingProblem::UnknownHeader {
        ours: ours.to_owned(),
        theirs: theirs.to_owned(),
        nearest: nearest.map(str::to_owned),
    };
    assert_eq!(
        mapping.problems,
        [
            MappingProblem::UnknownField { ours: "compny".to_owned(), nearest: Some("company") },
            unknown("company", "Compny name", Some("Company name")),
            unknown("phone", "zzz", None),
        ]
    );
}

#[test]
fn schema_positions() {
    let names = header("Webinar|Email|Unused");
    let mapping = map_leads(&names, None, &[]);
    let schema = LeadSchema::new([("Webinar".to_owned(), crate::model::field::Cleaner::Text)]);
    let expected = [
        ColumnMapping { target: Field::Email as usize, from: vec![1] },
        ColumnMapping { target: Field::ALL.len(), from: vec![0] },
    ];
    assert_eq!(mapping.columns(&schema), expected);
}

#[test]
fn crm_files() {
    let cases: &[(CrmKind, Option<&str>, &str, &[&str])] = &[
        (
            CrmKind::Accounts,
            Some("dynamics365"),
            "Account Number|Account Name|Main Phone|Website|Address 1: Street 1|Address 1: City|\
             Address 1: ZIP/Postal Code|Address 1: Country/Region|Parent Account|Status",
            &[
                "account_id=0",
                "company=1",
                "website=3",
                "country=7",
                "phone=2",
                "parent_account_id=8",
                "status=9",
                "street=4",
                "city=5",
                "postcode=6",
            ],
        ),
        (
            CrmKind::Contacts,
            Some("dynamics365"),
            "(Do Not Modify) Contact|Full Name|Job Title|Email|Business Phone|Account Number|Status",
            &["contact_id=0", "full_name=1", "email=3", "phone=4", "account_id=5", "status=6"],
        ),
        (
            CrmKind::Opportunities,
            Some("dynamics365"),
            "(Do Not Modify) Opportunity|Topic|Account Number|(Do Not Modify) Contact|Product Interest|\
             Est. Revenue|Actual Close Date|Status|Owner",
            &[
                "opportunity_id=0",
                "name=1",
                "status=7",
                "account_id=2",
                "contact_id=3",
                "product_interest=4",
                "amount=5",
                "closed_at=6",
                "owner=8",
            ],
        ),
        (
            CrmKind::Owners,
            None,
            "owner|email|capacity|languages|absent_until",
            &["owner=0", "email=1", "capacity=2", "languages=3", "absent_until=4"],
        ),
        (
            CrmKind::Activities,
            None,
            "lead_id|email|activity|at|subject|text|author",
            &["lead_id=0", "email=1", "activity=2", "at=3", "subject=4", "text=5", "author=6"],
        ),
        (CrmKind::Contacts, None, "contact_id|First name|Last name", &["contact_id=0", "full_name=2+1"]),
    ];
    for (kind, preset_name, names, expected) in cases {
        let mapping = map_crm(&header(names), *kind, preset_name.and_then(Preset::named), &[]);
        let found: Vec<String> = mapping
            .columns
            .iter()
            .map(|column| {
                let from: Vec<String> = column.from.iter().map(ToString::to_string).collect();
                format!("{}={}", kind.fields()[column.target], from.join("+"))
            })
            .collect();
        assert_eq!(found, *expected, "{names}");
        assert!(mapping.missing.is_empty(), "{names}: {:?}", mapping.missing);
    }
    let mapping = map_crm(&header("company|status"), CrmKind::Accounts, None, &[]);
    assert_eq!(mapping.missing, [["account_id"].as_slice()]);
    let mapping = map_crm(&header("Nr|Firma"), CrmKind::Accounts, None, &pairs(&[("account_id", "Nr")]));
    assert!(mapping.missing.is_empty() && mapping.problems.is_empty());
}

#[test]
fn each_field_knows_why() {
    let names = header("Record ID|Email|Vorname|Handle|Other|Name");
    let mapping = map_leads(&names, preset("hubspot"), &pairs(&[("notes", "Handle")]));
    let found: Vec<String> = mapping
        .fields
        .iter()
        .zip(&mapping.whys)
        .map(|((field, from), why)| format!("{}={} {}", field.name(), names[from[0]], why.name()))
        .collect();
    let expected = [
        "source_id=Record ID preset",
        "first_name=Vorname preset",
        // A bare "name" beside a first name is the last name, as plain words said of the whole name.
        "last_name=Name plain word",
        "email=Email own name",
        "notes=Handle given",
    ];
    assert_eq!(found, expected);
    let names = header("company|Account|Website URL");
    let mapping = map_crm(&names, CrmKind::Accounts, preset("hubspot"), &pairs(&[("account_id", "Account")]));
    assert_eq!(mapping.whys, [Why::Given, Why::OwnName, Why::Preset]);
    assert_eq!(mapping.columns.len(), mapping.whys.len());
}

#[test]
fn a_mailing_address_is_one_or_says_which_is() {
    let check = |names: &str, expected: &[&str], custom: &[&str]| check(None, names, &[], expected, custom);
    check("Name|Mailing Address|City", &["full_name=Name", "street=Mailing Address", "city=City"], &[]);
    check("Name|Street|Mailing Address", &["full_name=Name", "street=Street"], &["Mailing Address (source)"]);
    check(
        "Name|Street|Home Street|Mailing Address",
        &["full_name=Name", "street=Street", "home_street=Home Street", "mailing_address=Mailing Address"],
        &[],
    );
    check("Name|mailing_address", &["full_name=Name", "mailing_address=mailing_address"], &[]);
}

#[test]
fn a_fields_own_name_is_one_of_a_group() {
    check(
        preset("zoho"),
        "Email|Other Phone|Phone|Fax",
        &[],
        &["email=Email", "phone=Phone+Other Phone", "fax=Fax"],
        &[],
    );
    check(None, "Email|Phone|Phone 2", &[("phone", "Phone 2")], &["email=Email", "phone=Phone 2"], &["Phone (source)"]);
}
