//! Lines of opportunities, priced by the list.

use super::{cells, findings, hold_in_any_order, project, run, sorted};

const QUALIFY: &str = "[qualify]\nwhen = \"full_name IS NOT NULL\"\n";

const PRICES: &str = "product,family,price,currency,discount,valid_from,valid_until,product_id\n\
    Pump,Hydraulics,1250.50,EUR,10,,,P-1\n\
    Pump,Hydraulics,1400,USD,,,,P-1\n\
    Valve,Hydraulics,19.99,EUR,,2026-01-01,,V-1\n\
    Valve,Hydraulics,17.99,EUR,,2025-01-01,2025-12-31,V-1\n\
    Cable,Electrics,0.335,EUR,,,,\n\
    Kit,,100,EUR,,,,\n\
    Kit,,90,EUR,5%,2026-11-01,,\n\
    Relay,Electrics,5,EUR,,,2026-11-29,R-1\n\
    Café Noir,,3,EUR,,,,\n\
    Import,,200,USD,,,,\n\
    Pump (large),,9000,EUR,,,,\n";

const LEADS: &str = "id,full_name,product_interest,budget_currency,estimated_value\n\
    01,Ana Kirova,3 x pump; VALVE (2),EUR,\n\
    02,Bob Ray,Pump,USD,\n\
    03,Cid Poe,Pump,,\n\
    04,Dan Low,Pmup,EUR,\n\
    05,Eva Lind,Kit; Relay,EUR,\n\
    06,Fay Moss,hydraulics,EUR,\n\
    07,Gus Nord,Cable,EUR,500\n\
    08,Hal Orr,cafe noir; v-1,,\n\
    09,Ida Penn,Valve,GBP,\n\
    10,Jan Quist,,EUR,\n\
    11,Kai Rho,Import; Valve,,\n\
    12,Lea Sun,2 x Pump (large); 1.000 x Cable; Something else,EUR,\n";

const COLUMNS: [&str; 10] =
    ["lead_id", "wanted", "product", "product_id", "family", "quantity", "price", "discount", "amount", "currency"];

#[test]
fn products_become_lines_with_the_prices_of_the_day() {
    let workdir = project(&[("leads.csv", LEADS), ("crm/prices.csv", PRICES)], QUALIFY);
    run(&workdir);
    let expected = [
        // 3 x 1250.50 less 10% = 3376.35; 2 x 19.99 = 39.98
        "01 | 3 x pump | Pump | P-1 | Hydraulics | 3 | 1250.5 | 10 | 3376.35 | EUR",
        "01 | VALVE (2) | Valve | V-1 | Hydraulics | 2 | 19.99 |  | 39.98 | EUR",
        "02 | Pump | Pump | P-1 | Hydraulics | 1 | 1400 |  | 1400 | USD",
        "03 | Pump | Pump | P-1 | Hydraulics | 1",
        "04 | Pmup |  |  |  | 1",
        "05 | Kit | Kit |  |  | 1",
        "05 | Relay | Relay | R-1 | Electrics | 1",
        "06 | hydraulics |  |  | Hydraulics | 1",
        // 0.335, halves away from zero
        "07 | Cable | Cable |  | Electrics | 1 | 0.335 |  | 0.34 | EUR",
        "08 | cafe noir | Café Noir |  |  | 1 | 3 |  | 3 | EUR",
        "08 | v-1 | Valve | V-1 | Hydraulics | 1 | 19.99 |  | 19.99 | EUR",
        "09 | Valve | Valve | V-1 | Hydraulics | 1 | 19.99 |  | 19.99 | EUR",
        "11 | Import | Import |  |  | 1 | 200 |  | 200 | USD",
        "11 | Valve | Valve | V-1 | Hydraulics | 1 | 19.99 |  | 19.99 | EUR",
        // 1000 x 0.335 = 335, rounded once
        "12 | 1.000 x Cable | Cable |  | Electrics | 1000 | 0.335 |  | 335 | EUR",
        "12 | 2 x Pump (large) | Pump (large) |  |  | 2 | 9000 |  | 18000 | EUR",
        "12 | Something else |  |  |  | 1",
    ];
    assert_eq!(sorted(&workdir, "opportunity_lines", &COLUMNS), expected);
    let lines = cells(&workdir, "opportunity_lines", &["lead_id", "line", "wanted"]);
    let of_twelve: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("12")).collect();
    assert_eq!(of_twelve, ["12 | 1 | 2 x Pump (large)", "12 | 2 | 1.000 x Cable", "12 | 3 | Something else"]);

    let values = sorted(&workdir, "opportunities", &["lead_id", "estimated_value", "currency", "value_from"]);
    let expected = [
        "01 | 3416.33 | EUR | lines",
        "02 | 1400 | USD | lines",
        "03 |  |  | none",
        "04 |  | EUR | none",
        "05 |  | EUR | none",
        "06 |  | EUR | none",
        "07 | 500 | EUR | lead",
        "08 | 22.99 | EUR | lines",
        // The list has no pounds: what is said is what stands there.
        "09 | 19.99 | EUR | lines",
        "10 |  | EUR | none",
        "11 |  |  | none",
        "12 | 18335 | EUR | lines",
    ];
    assert_eq!(values, expected);

    let codes = ["unknown_product", "ambiguous_price", "no_current_price", "mixed_currencies"];
    let expected = [
        "leads.csv:12 mixed_currencies EUR 19.99; USD 200",
        "leads.csv:13 unknown_product Something else",
        "leads.csv:4 ambiguous_price Pump: EUR 1250.5 less 10%, or USD 1400",
        "leads.csv:5 unknown_product Pmup (did you mean Pump?)",
        "leads.csv:6 ambiguous_price Kit: EUR 100, or EUR 90 less 5%",
        "leads.csv:6 no_current_price Relay",
    ];
    assert_eq!(findings(&workdir, &codes), expected);
}

#[test]
fn lines_do_not_depend_on_threads_or_the_order_of_rows() {
    hold_in_any_order(
        &[("leads.csv", LEADS), ("crm/prices.csv", PRICES)],
        QUALIFY,
        &["opportunities", "opportunity_lines", "leads"],
    );
}

#[test]
fn without_a_list_wishes_are_lines_and_nothing_is_unknown() {
    let workdir = project(&[("leads.csv", LEADS)], QUALIFY);
    run(&workdir);
    let lines = sorted(&workdir, "opportunity_lines", &COLUMNS);
    assert_eq!(lines[..2], ["01 | 3 x pump |  |  |  | 3", "01 | VALVE (2) |  |  |  | 2"]);
    assert_eq!(findings(&workdir, &["unknown_product"]), [""; 0]);
}

#[test]
fn an_opportunity_that_exists_gets_what_the_lead_adds() {
    let leads = "id,full_name,product_interest,existing_contact_id,budget_currency\n\
                 1,Ana Kirova,2 x PUMP; Cable,C1,EUR\n2,Bob Ray,Valve,C2,\n";
    let crm = "opportunity_id,name,status,contact_id,product_interest,amount,currency\n\
               O1,Deal,open,C1,Pump,900,USD\nO2,Other,open,C2,Valve,,\n";
    let files = [("leads.csv", leads), ("crm/opportunities.csv", crm), ("crm/prices.csv", PRICES)];
    let workdir = project(&files, &format!("{QUALIFY}on_match = {{ opportunity = \"link\" }}\n"));
    run(&workdir);
    let lines = cells(&workdir, "opportunity_lines", &["opportunity_id", "line", "wanted", "amount", "currency"]);
    assert_eq!(lines, ["O1 | 1 | Cable | 0.34 | EUR"]);
    let columns = ["opportunity_id", "action", "product_interest", "estimated_value", "currency", "value_from"];
    let expected = ["O1 | link | Pump; Cable | 900 | USD | crm", "O2 | link | Valve |  |  | none"];
    assert_eq!(cells(&workdir, "opportunities", &columns), expected);
}

#[test]
fn the_wishes_of_an_account_add_up() {
    let leads = "id,full_name,company,product_interest,estimated_value,budget_currency,purchase_timeframe\n\
                 1,Ana Kirova,Acme,Pump,1000,EUR,this_year\n\
                 2,Bob Ray,Acme,3 x Valve; pump,,EUR,next_quarter\n\
                 3,Cid Poe,Acme,Import,,,unknown\n";
    let options = format!("{QUALIFY}opportunity_per = \"account\"\n");
    let files = [("leads.csv", leads), ("crm/prices.csv", PRICES)];
    let workdir = project(&files, &options);
    run(&workdir);
    let columns = ["product_interest", "estimated_value", "currency", "value_from", "estimated_close_date"];
    // 1000 of the first lead; 3 x 19.99 + 1250.50 less 10% = 59.97 + 1125.45 of the second; the dollars don't add up.
    let found = cells(&workdir, "opportunities", &columns);
    assert_eq!(found.len(), 1);
    let (products, rest) = found[0].split_once(" | ").unwrap();
    let mut products: Vec<&str> = products.split("; ").collect();
    products.sort_unstable();
    assert_eq!(products.len(), 3, "{products:?}");
    assert!(products.contains(&"Import") && products.contains(&"3 x Valve"), "{products:?}");
    // Whichever lead comes first by its id sets the currency.
    let by_currency = ["2185.42 | EUR | lead and lines | 2027-03-31", "200 | USD | lines | 2027-03-31"];
    assert!(by_currency.contains(&rest), "{rest}");
    let lines = sorted(&workdir, "opportunity_lines", &["lead_id", "wanted", "amount", "currency"]);
    let expected = [
        "1 | Pump | 1125.45 | EUR",
        "2 | 3 x Valve | 59.97 | EUR",
        "2 | pump | 1125.45 | EUR",
        "3 | Import | 200 | USD",
    ];
    assert_eq!(lines, expected);
    hold_in_any_order(&files, &options, &["opportunities", "opportunity_lines"]);
}

#[test]
fn a_product_is_one_by_its_id_and_by_its_name() {
    // The first wants one product by two names; the others have an open opportunity about it.
    let leads = "id,full_name,product_interest,budget_currency,existing_contact_id\n\
                 1,Ana Kirova,Pump; P-1; 2 x p-1; PUMP (2); Cable,EUR,\n2,Bob Ray,pump; V-1,EUR,C1\n3,Cid Poe,V-1,EUR,C2\n";
    let crm =
        "opportunity_id,name,status,contact_id,product_interest\nO1,Deal,open,C1,3 x P-1\nO2,Other,open,C2,Valve\n";
    let files = [("leads.csv", leads), ("crm/opportunities.csv", crm), ("crm/prices.csv", PRICES)];
    let options = format!("{QUALIFY}on_match = {{ opportunity = \"link\" }}\n");
    let workdir = project(&files, &options);
    run(&workdir);
    let expected = ["1 | 2 x p-1 | Pump | 2", "1 | Cable | Cable | 1", "1 | Pump | Pump | 1", "2 | V-1 | Valve | 1"];
    assert_eq!(sorted(&workdir, "opportunity_lines", &["lead_id", "wanted", "product", "quantity"]), expected);
    let expected = ["1 | create | Pump; 2 x p-1; Cable", "2 | link | 3 x P-1; V-1", "3 | link | Valve"];
    assert_eq!(sorted(&workdir, "opportunities", &["lead_id", "action", "product_interest"]), expected);
    // Without the list nobody could know.
    let workdir = project(&files[..2], &options);
    run(&workdir);
    let expected = ["1 | create | Pump; P-1; 2 x p-1; PUMP (2); Cable", "2 | create | pump; V-1", "3 | create | V-1"];
    assert_eq!(sorted(&workdir, "opportunities", &["lead_id", "action", "product_interest"]), expected);
}

#[test]
fn values_in_another_currency_than_the_opportunitys_are_told() {
    // Whichever lead comes first by its id sets the currency; in it stand those of its kind.
    let leads = "id,full_name,company,estimated_value,budget_currency,product_interest\n\
                 1,Ana Kirova,Acme,1000,EUR,\n2,Bob Ray,Acme,500,EUR,\n3,Cid Poe,Beta,200.5,USD,\n4,Dan Low,Beta,300,USD,\n\
                 5,Eva Lind,Acme,70,BTC,\n6,Fay Moss,Beta,,,Import; Cable\n";
    let files = [("leads.csv", leads), ("crm/prices.csv", PRICES)];
    let options = format!("{QUALIFY}opportunity_per = \"account\"\n");
    let workdir = project(&files, &options);
    run(&workdir);
    let values = cells(&workdir, "opportunities", &["estimated_value", "currency"]);
    let told = findings(&workdir, &["mixed_currencies"]);
    let of_beta = "leads.csv:7 mixed_currencies EUR 0.34; USD 200";
    assert!(values.contains(&"500.5 | USD".to_owned()), "{values:?}");
    match values.contains(&"1500 | EUR".to_owned()) {
        true => assert_eq!(told, ["leads.csv:6 mixed_currencies BTC 70, and the opportunity is in EUR", of_beta]),
        false => {
            assert!(values.contains(&"70 | BTC".to_owned()), "{values:?}");
            let expected = [
                "leads.csv:2 mixed_currencies EUR 1000, and the opportunity is in BTC",
                "leads.csv:3 mixed_currencies EUR 500, and the opportunity is in BTC",
                of_beta,
            ];
            assert_eq!(told, expected);
        }
    }
    hold_in_any_order(&files, &options, &["opportunities"]);
}

#[test]
fn a_time_frame_gives_the_day_of_closing() {
    let leads = "id,full_name,purchase_timeframe,estimated_close_date,existing_contact_id\n\
                 1,Ana Kirova,immediate,,\n2,Bob Ray,this_quarter,,\n3,Cid Poe,next_quarter,,\n4,Dan Low,this_year,,\n\
                 5,Eva Lind,this_year,2026-12-05,\n6,Fay Moss,unknown,,\n7,Gus Nord,immediate,,C7\n";
    let crm = "opportunity_id,name,status,contact_id\nO7,Deal,open,C7\n";
    let options = format!("{QUALIFY}on_match = {{ opportunity = \"link\" }}\n");
    let workdir = project(&[("leads.csv", leads), ("crm/opportunities.csv", crm)], &options);
    run(&workdir);
    let expected = [
        "1 | 2026-12-30 | timeframe",
        "2 | 2026-12-31 | timeframe",
        "3 | 2027-03-31 | timeframe",
        "4 | 2026-12-31 | timeframe",
        "5 | 2026-12-05 | lead",
        "6",
        // The CRM may have a day of its own.
        "7",
    ];
    assert_eq!(sorted(&workdir, "opportunities", &["lead_id", "estimated_close_date", "close_date_from"]), expected);
}

#[test]
fn rows_of_the_list_that_cannot_be_used_are_found() {
    let prices = "product,price,currency,discount,valid_until\nPump,free,EUR,,\n,12,EUR,,\nValve,7,EUR,120,\nCable,\"1,5 €\",,,bad\n";
    let leads = "id,full_name,product_interest\n1,Ana Kirova,Pump; Valve; Cable\n";
    let workdir = project(&[("leads.csv", leads), ("crm/prices.csv", prices)], QUALIFY);
    run(&workdir);
    let expected = [
        "crm/prices.csv:2 invalid_number free",
        "crm/prices.csv:3 unknown_product 12",
        "crm/prices.csv:4 invalid_number 120",
        "crm/prices.csv:5 invalid_date bad",
        "leads.csv:2 no_current_price Pump",
    ];
    let codes = ["invalid_number", "unknown_product", "invalid_date", "no_current_price"];
    assert_eq!(findings(&workdir, &codes), expected);
    let lines = sorted(&workdir, "opportunity_lines", &["wanted", "price", "amount", "currency"]);
    assert_eq!(lines, ["Cable | 1.5 | 1.5 | EUR", "Pump", "Valve | 7 | 7 | EUR"]);

    let workdir = project(&[("leads.csv", leads), ("crm/prices.csv", "name,colour\nPump,red\n")], QUALIFY);
    let ran = workdir.run(&["check", "p.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("crm/prices.csv has no column for `price`"), "{}", ran.stderr);
}
