//! Every e-mail, phone and address of a lead: from one cell or many columns, through merging, to the child table.

use crate::workdir::{Row, Workdir};

fn points(workdir: &Workdir) -> Vec<String> {
    let shown = |row: Row| {
        let mailing = if row["is_mailing"] == "true" { " *" } else { "" };
        format!("{} {} {}{mailing}", row["kind"], row["label"], row["value"])
    };
    workdir.table("out/p/contact_points.csv").into_iter().map(shown).collect()
}

#[test]
fn an_outlook_export_with_home_addresses() {
    let workdir = Workdir::new();
    workdir.file(
        "contacts.csv",
        "\"First Name\",\"Last Name\",\"Company\",\"Business Street\",\"Business City\",\"Business Postal Code\",\
         \"Business Country/Region\",\"Home Street\",\"Home City\",\"Home Postal Code\",\"Home Country/Region\",\
         \"Other Street\",\"Other City\",\"E-mail Address\",\"E-mail 2 Address\",\"Business Phone\",\"Business Phone 2\",\
         \"Mobile Phone\",\"Mailing Address Indicator\"\r\n\
         Ana,Kirova,Kirova OOD,bul. Vitosha 12,Sofia,1000,Bulgaria,ul. Rayko 3,Plovdiv,4000,Bulgaria,,,\
         ana@kirova.bg,ana@abv.bg,+359 2 987 6543,+359 2 987 6544,+359 888 123 456,Home\r\n\
         Jan,Nowak,,,,,,Lipowa 3,Gdansk,80-001,Poland,Polna 9,Krakow,jan@nowak.pl,,,,,\r\n",
    );
    workdir.file("p.toml", "[[source]]\nname = \"outlook\"\npath = \"contacts.csv\"\n[dedupe]\n");
    workdir.succeed(&["run", "p.toml"]);
    let leads = workdir.table("out/p/leads.csv");
    let jan = leads.iter().find(|lead| lead["last_name"] == "Nowak").unwrap();
    // Who has no address at work is reached at home.
    assert_eq!([&jan["street"], &jan["city"], &jan["country"]], ["Lipowa 3", "Gdansk", "PL"]);
    assert_eq!([&jan["home_street"], &jan["other_street"]], ["Lipowa 3", "Polna 9"]);
    let ana = leads.iter().find(|lead| lead["last_name"] == "Kirova").unwrap();
    assert_eq!([&ana["city"], &ana["home_city"], &ana["mailing_address"]], ["Sofia", "Plovdiv", "home"]);
    let mut points = points(&workdir);
    points.sort();
    assert_eq!(
        points,
        [
            "address business bul. Vitosha 12, Sofia, 1000, BG",
            "address home Lipowa 3, Gdansk, 80-001, PL *",
            "address home ul. Rayko 3, Plovdiv, 4000, BG *",
            "address other Polna 9, Krakow",
            "email business ana@kirova.bg *",
            "email business jan@nowak.pl *",
            "email other ana@abv.bg",
            "phone business +35929876543",
            "phone mobile +359888123456",
            "phone other +35929876544",
        ]
    );
}

#[test]
fn several_in_a_cell_and_none_lost_in_a_merge() {
    let workdir = Workdir::new();
    workdir.file(
        "a.csv",
        "id,name,email,phone,company,country,modified\n\
         1,Ana Kirova,\"work: ana@kirova.bg; private: ana@abv.bg, ana2@abv.bg; a.kirova@mail.bg\",\
         \"mobile: 0888 123 456; 02 987 6543 (work); fax: 02 987 6544\",Kirova OOD,BG,2026-03-01\n",
    );
    workdir.file(
        "b.csv",
        "id,name,email,phone,company,country,modified\n\
         9,Kirova Ana,a.kirova@mail.bg,+359 2 987 6543 / +359 2 111 2233,Kirova,BG,2026-05-01\n",
    );
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"a\"\npath = \"a.csv\"\n[[source]]\nname = \"b\"\npath = \"b.csv\"\n[dedupe]\n\
         [[dedupe.rule]]\nname = \"Same e-mail\"\nsame = [\"email\"]\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    // The rows share an address that is the fourth of one cell.
    assert_eq!(workdir.table("out/p/leads.csv").len(), 1);
    assert_eq!(
        points(&workdir),
        [
            "email business a.kirova@mail.bg *",
            "email home ana@abv.bg",
            "email other ana2@abv.bg",
            "email business ana@kirova.bg",
            "phone business +35929876543",
            "phone other +35921112233",
            "phone fax +35929876544",
            "phone mobile +359888123456",
        ]
    );
}

#[test]
fn cells_that_hold_more_than_a_number_or_a_street() {
    let workdir = Workdir::new();
    workdir.file(
        "a.csv",
        "id,name,email,phone,street,city,country\n\
         1,Ana Kirova,ana@abv.bg; main: ana@kirova.bg,0888 123 456(m) 02 987 6543(w),home: ul. Rayko 3,Plovdiv,BG\n\
         2,Jan Nowak,jan@nowak.pl,Office: 22 555 0100 Mobile: 601 234 567,\"Lipowa 3\nm. 4\",Gdansk,PL\n\
         3,Eva Braun,,+1 212 555 0100;ext=5,,,\n4,Otto Lang,,089 1234567 - Ana,,,DE\n\
         5,Ida Kern,,0800 555-HELP,,,DE\n",
    );
    workdir.file("p.toml", "[[source]]\nname = \"a\"\npath = \"a.csv\"\n[dedupe]\n");
    workdir.succeed(&["run", "p.toml"]);
    let mut found = points(&workdir);
    found.sort();
    assert_eq!(
        found,
        [
            "address business Lipowa 3, m. 4, Gdansk, PL *",
            "address home ul. Rayko 3, Plovdiv, BG *",
            "email business ana@kirova.bg *",
            "email business jan@nowak.pl *",
            "email other ana@abv.bg",
            "phone business +12125550100",
            "phone business +35929876543",
            "phone business +48225550100",
            "phone business +49891234567",
            "phone mobile +359888123456",
            "phone mobile +48601234567",
        ]
    );
    let findings = workdir.table("out/p/findings.csv").into_iter();
    let found: Vec<String> = findings.map(|row| format!("{} {} {}", row["field"], row["code"], row["text"])).collect();
    assert_eq!(found, ["phone invalid_phone 0800 555-HELP"]);
}

#[test]
fn a_card_with_more_addresses_than_columns() {
    let workdir = Workdir::new();
    workdir.file(
        "a.vcf",
        "BEGIN:VCARD\nVERSION:4.0\nFN:Jan Nowak\nADR;TYPE=work:;;Nowa 4;Lodz;;;Poland\nADR;TYPE=home:;;Polna 2;Poznan;;;Poland\n\
         ADR:;;Lipowa 3;Gdansk;;;Poland\nADR;TYPE=home:;;Rynek 1;Krakow;;30-001;Poland\nEND:VCARD\n",
    );
    workdir.file("p.toml", "[[source]]\nname = \"a\"\npath = \"a.vcf\"\n[dedupe]\n");
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(
        points(&workdir),
        [
            "address business Nowa 4, Lodz, PL *",
            "address home Polna 2, Poznan, PL",
            "address home Rynek 1, Krakow, 30-001, PL",
            "address other Lipowa 3, Gdansk, PL",
        ]
    );
}

/// Two rows of one person who moved: they share only the address that is at home in one of them.
#[test]
fn all_addresses_are_compared() {
    let mut rows = String::from("id,first name,last name,street,city,postcode,home street,home city,home postcode\n");
    for (at, (first, last)) in
        [("Eva", "Braun"), ("Karl", "Vogel"), ("Otto", "Lang"), ("Ida", "Kern")].iter().enumerate()
    {
        rows += &format!("{at}a,{first},{last},Ring {at}1,Berlin,1011{at},Weg {at}7,Bonn,5311{at}\n");
        rows += &format!("{at}b,{first},{last},Weg {at}7,Bonn,5311{at},,,\n");
    }
    let workdir = Workdir::new();
    workdir.file("a.csv", &rows);
    workdir.file("p.toml", "[[source]]\nname = \"a\"\npath = \"a.csv\"\n[dedupe]\n");
    workdir.succeed(&["run", "p.toml"]);
    let links = workdir.table("out/p/links.csv");
    let same_place = links.iter().filter(|link| link["level_address"].starts_with("street and place")).count();
    assert_eq!(same_place, 4, "{links:?}");
}

/// Phones, faxes and streets that an export has beside the first of their kind.
#[test]
fn further_columns_of_products_are_contact_points() {
    let workdir = Workdir::new();
    workdir.file(
        "outlook.csv",
        "First Name,Last Name,E-mail Address,Business Phone,Other Phone,Primary Phone,Business Fax,Home Fax,\
         Assistant's Phone,Home Street,Home Street 2,Home City\r\n\
         Ana,Kirova,ana@kirova.bg,+359 2 987 6543,+359 888 123 456,+359 2 987 6543,,+359 2 111 2233,+359 2 444 5566,\
         ul. Rayko 3,vh. B,Plovdiv\r\n",
    );
    workdir.file(
        "contacts.csv",
        "First Name,Last Name,Email,Phone,Other Phone,Asst. Phone,Mailing Street,Mailing City,Mailing Country,\
         Other Street,Other City,Other Country\r\n\
         Jan,Nowak,jan@nowak.pl,+48 58 320 1234,+48 601 234 567,+48 58 999 1234,Lipowa 3,Gdansk,Poland,\
         Polna 9,Krakow,Poland\r\n",
    );
    workdir.file(
        "p.toml",
        "[[source]]\nname = \"outlook\"\npath = \"outlook.csv\"\n[[source]]\nname = \"contacts\"\n\
         path = \"contacts.csv\"\n[dedupe]\n",
    );
    workdir.succeed(&["run", "p.toml"]);
    let leads = workdir.table("out/p/leads.csv");
    let of = |name: &str| leads.iter().find(|lead| lead["last_name"] == name).unwrap();
    assert_eq!([&of("Nowak")["street"], &of("Nowak")["other_street"]], ["Lipowa 3", "Polna 9"]);
    // Whose number is another person's stays a column of its own.
    assert_eq!(
        [&of("Kirova")["Assistant's Phone"], &of("Nowak")["Asst. Phone"]],
        ["+359 2 444 5566", "+48 58 999 1234"]
    );
    let mut points = points(&workdir);
    points.sort();
    assert_eq!(
        points,
        [
            "address business Lipowa 3, Gdansk, PL *",
            "address home ul. Rayko 3, vh. B, Plovdiv *",
            "address other Polna 9, Krakow, PL",
            "email business ana@kirova.bg *",
            "email business jan@nowak.pl *",
            "phone business +35929876543",
            "phone business +48583201234",
            "phone fax +35921112233",
            "phone other +359888123456",
            "phone other +48601234567",
        ]
    );
}

/// Which address is for mailings, in the words of several products; what is none of them is told with its place.
#[test]
fn the_address_for_mailings_in_words() {
    let workdir = Workdir::new();
    let rows = [
        "0,Ana Kirova,Ring 1,Berlin,Weg 2,Bonn,,,Home Address",
        "1,Jan Nowak,Lipowa 3,Gdansk,Polna 9,Krakow,,,Geschäftlich",
        "2,Marie Dubois,Rue du Port 4,Lyon,Rue Haute 5,Nice,Quai 6,Paris,3",
        "3,Otto Lang,Markt 7,Graz,Allee 8,Linz,,,None",
        "4,Eva Rossi,Via Roma 9,Torino,Corso 10,Milano,,,12 Main Street",
    ];
    let header = "id,name,street,city,home_street,home_city,other_street,other_city,mailing_address\n";
    workdir.file("a.csv", format!("{header}{}\n", rows.join("\n")));
    workdir.file("p.toml", "[[source]]\nname = \"a\"\npath = \"a.csv\"\n");
    workdir.succeed(&["run", "p.toml"]);
    let mut chosen: Vec<(String, String)> = workdir
        .table("out/p/leads.csv")
        .into_iter()
        .map(|lead| (lead["source_id"].clone(), lead["mailing_address"].clone()))
        .collect();
    chosen.sort();
    let expected = [("0", "home"), ("1", "business"), ("2", "other"), ("3", ""), ("4", "")];
    assert_eq!(chosen, expected.map(|(id, word)| (id.to_owned(), word.to_owned())));
    let mailing: Vec<String> =
        points(&workdir).into_iter().filter(|point| point.starts_with("address") && point.ends_with('*')).collect();
    assert_eq!(mailing.len(), 5, "{mailing:?}");
    assert!(mailing.contains(&"address home Weg 2, Bonn *".to_owned()), "{mailing:?}");
    assert!(mailing.contains(&"address other Quai 6, Paris *".to_owned()), "{mailing:?}");
    let findings: Vec<[String; 4]> = workdir
        .table("out/p/findings.csv")
        .into_iter()
        .map(|row| ["line", "field", "code", "text"].map(|name| row[name].clone()))
        .collect();
    assert_eq!(findings, [["6", "mailing_address", "unknown_choice", "12 Main Street"].map(str::to_owned)]);
}
