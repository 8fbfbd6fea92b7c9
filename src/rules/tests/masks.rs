use super::{frame, scope, shown};
use crate::model::field::{Field, ValueType};
use crate::rules::{Scope, condition, expression, masks};

const CASES: &[(&str, &str)] = &[
    // Comparisons, identifiers, literals.
    ("country = 'DE'", "TFFNFF"),
    ("COUNTRY = 'DE'", "TFFNFF"),
    ("country <> 'DE'", "FTTNTT"),
    ("country != 'DE'", "FTTNTT"),
    ("company = 'O''Neil'", "FFTNFF"),
    ("company = 'Müller GmbH'", "TFFNFF"),
    ("stars >= 4", "TTFNFF"),
    ("4 <= stars", "TTFNFF"),
    ("stars > 2.5", "TTFNTF"),
    ("stars = -2", "FFFNFT"),
    ("stars < budget_amount", "TFNNTT"),
    ("budget_amount = 2.5", "FFNFFT"),
    ("budget_amount >= 5000", "TFNFTF"),
    ("\"Budget 2026\" > 3", "FFFTTN"),
    ("\"budget 2026\" > 3", "FFFTTN"),
    ("\"^odd.*$\" > 4", "FFFFTT"),
    ("country > 'B'", "TFTNTT"),
    ("country = NULL", "NNNNNN"),
    ("NULL", "NNNNNN"),
    ("TRUE", "TTTTTT"),
    ("1 = 2", "FFFFFF"),
    ("opt_out", "FTNFTN"),
    ("opt_out = TRUE", "FTNFTN"),
    ("opt_out <> TRUE", "TFNTFN"),
    ("-- with a note\ncountry = 'DE'", "TFFNFF"),
    // Three-valued logic.
    ("NOT opt_out", "TFNTFN"),
    ("opt_out AND stars > 0", "FTFFTF"),
    ("opt_out OR stars > 0", "TTNNTN"),
    ("NOT (opt_out AND stars > 3)", "TFTTTT"),
    ("opt_out OR NOT opt_out", "TTNTTN"),
    ("opt_out AND NULL", "FNNFNN"),
    ("opt_out OR NULL", "NTNNTN"),
    ("stars = 5 OR stars = 4 AND opt_out", "TTFNFF"),
    ("(stars = 5 OR stars = 4) AND opt_out", "FTFFFF"),
    ("country IS NULL", "FFFTFF"),
    ("country IS NOT NULL", "TTTFTT"),
    ("NULL IS NULL", "TTTTTT"),
    ("(stars > 3) IS TRUE", "TTFFFF"),
    ("(stars > 3) IS NOT TRUE", "FFTTTT"),
    ("(stars > 3) IS FALSE", "FFTFTT"),
    ("(stars > 3) IS NOT FALSE", "TTFTFF"),
    ("(stars > 3) IS UNKNOWN", "FFFTFF"),
    ("(stars > 3) IS NOT UNKNOWN", "TTTFTT"),
    ("country IS DISTINCT FROM 'DE'", "FTTTTT"),
    ("country IS NOT DISTINCT FROM NULL", "FFFTFF"),
    // Membership and ranges.
    ("country IN ('DE', 'AT')", "TTFNFF"),
    ("country NOT IN ('DE', 'AT')", "FFTNTT"),
    ("country IN ('DE', NULL)", "TNNNNN"),
    ("country NOT IN ('DE', NULL)", "FNNNNN"),
    ("country IN (NULL)", "NNNNNN"),
    ("stars IN (5, 3)", "TFFNTF"),
    ("stars IN (5.0, 3)", "TFFNTF"),
    ("budget_amount IN (0, 2.5)", "FTNFFT"),
    ("stars IN (\"Budget 2026\", 4)", "FTFNFN"),
    ("stars IN (\"Budget 2026\" + 4)", "TFFNFN"),
    ("opt_out IN (TRUE)", "FTNFTN"),
    ("estimated_close_date IN ('2026-01-01', '2024-02-29')", "TFNFTF"),
    ("created_at IN ('2026-01-01')", "FTFNFF"),
    ("stars BETWEEN 0 AND 4", "FTTNTF"),
    ("stars NOT BETWEEN 0 AND 4", "TFFNFT"),
    ("stars BETWEEN 1 AND NULL", "NNFNNF"),
    ("estimated_close_date BETWEEN '2025-12-31' AND as_of", "TFNTFT"),
    // Patterns.
    ("country LIKE 'D%'", "TFFNFF"),
    ("country LIKE '%E'", "TFFNFF"),
    ("country LIKE '%E%'", "TFFNFF"),
    ("country LIKE 'DE'", "TFFNFF"),
    ("country LIKE '%'", "TTTNTT"),
    ("country LIKE '__'", "TTTNTT"),
    ("country LIKE '_'", "FFFNFF"),
    ("country LIKE ''", "FFFNFF"),
    ("country LIKE NULL", "NNNNNN"),
    ("country NOT LIKE 'D%'", "FTTNTT"),
    ("country ILIKE 'd%'", "TFFNTF"),
    ("country NOT ILIKE 'd%'", "FTTNFT"),
    ("job_title ILIKE '%director%' OR job_title ILIKE 'head of %'", "TTNTFF"),
    ("job_title LIKE 'CEO%er'", "FFNFFT"),
    ("job_title LIKE 'CEO_Founder'", "FFNFFT"),
    ("company ILIKE 'MÜLLER%'", "TFFNFF"),
    ("company LIKE '100!%%' ESCAPE '!'", "FFFNTF"),
    ("company LIKE '%r!_s%' ESCAPE '!'", "FFFNFT"),
    ("company LIKE '%r\\_s%' ESCAPE '\\'", "FFFNFT"),
    ("company LIKE '%.%'", "FFFNFF"),
    ("company ILIKE '%.%'", "FFFNFF"),
    ("country ~ '^[DA]'", "TTFNFF"),
    ("country !~ '^[DA]'", "FFTNTT"),
    ("country ~* '^d|s$'", "TFFNTT"),
    ("country !~* '^d|s$'", "FTTNFF"),
    ("REGEXP_LIKE(company, '[0-9]+%')", "FFFNTF"),
    // Arithmetic.
    ("stars + 1 = 6", "TFFNFF"),
    ("stars * 2 - 3 > 4", "TTFNFF"),
    ("stars / 2 = 2.5", "TFFNFF"),
    ("stars % 2 = 1", "TFFNTF"),
    ("10 / stars > 0", "TTNNTF"),
    ("10 % stars = 1", "FFNNTF"),
    ("budget_amount / 0 IS NULL", "TTTTTT"),
    ("-stars > 1", "FFFNFT"),
    ("- -stars > 4", "TFFNFF"),
    ("-budget_amount < -5000", "TFNFFF"),
    ("stars + 9223372036854775807 > 0", "NNTNNT"),
    ("NULL + 1 IS NULL", "TTTTTT"),
    ("country || '!' = 'DE!'", "TFFNFF"),
    ("country || NULL IS NULL", "TTTTTT"),
    // Dates and times.
    ("estimated_close_date >= '2026-01-01'", "TTNFFT"),
    ("'2026-01-01' <= estimated_close_date", "TTNFFT"),
    ("created_at >= '2026-01-01'", "TTFNTF"),
    ("created_at > '2026-01-01 09:59'", "TFFNTF"),
    ("created_at > '2026-01-01T09:59:59.5'", "TFFNTF"),
    ("created_at >= estimated_close_date", "TFNNTF"),
    ("estimated_close_date = as_of", "FFNFFT"),
    ("estimated_close_date = CURRENT_DATE", "FFNFFT"),
    ("estimated_close_date < '2026-01-01 00:00'", "FFNTTF"),
    ("created_at >= as_of - INTERVAL '30 days'", "TTFNTF"),
    ("created_at >= as_of - INTERVAL '30' DAY", "TTFNTF"),
    ("created_at >= as_of - INTERVAL 30 DAY", "TTFNTF"),
    ("created_at >= as_of - INTERVAL '12 hours'", "FFFNTF"),
    ("created_at > as_of - INTERVAL '720 minutes'", "FFFNFF"),
    ("as_of - INTERVAL '900000 years' IS NULL", "TTTTTT"),
    ("created_at + INTERVAL '12 hours' >= as_of", "FFFNTF"),
    ("estimated_close_date + INTERVAL '1 month' = '2026-03-28'", "FTNFFF"),
    ("estimated_close_date - INTERVAL '1 year' = '2023-02-28'", "FFNFTF"),
    ("INTERVAL '2 weeks 1 day' + estimated_close_date = '2026-01-16'", "TFNFFF"),
    ("as_of - estimated_close_date = 14", "TFNFFF"),
    ("as_of - created_at = 14", "TTFNFF"),
    ("estimated_close_date + 14 = as_of", "TFNFFF"),
    ("as_of - 14 = estimated_close_date", "TFNFFF"),
    ("DATEDIFF(as_of, created_at) <= 1", "FFFNTF"),
    ("DAYS_BETWEEN('2026-01-15', estimated_close_date) = 15", "FFNTFF"),
    ("YEAR(estimated_close_date) = 2026", "TTNFFT"),
    ("MONTH(created_at) = 6 AND DAY(created_at) = 30", "FFTNFF"),
    ("EXTRACT(HOUR FROM created_at) = 10", "TFFNFF"),
    ("EXTRACT(DOW FROM estimated_close_date) = 4", "TFNFTT"),
    ("EXTRACT(WEEK FROM estimated_close_date) = 1", "TFNTFF"),
    ("QUARTER(estimated_close_date) = 4", "FFNTFF"),
    ("DATE_TRUNC('month', estimated_close_date) = '2026-01-01'", "TFNFFT"),
    ("DATE_TRUNC('week', created_at) = '2025-12-29'", "TTFNFF"),
    ("DATE_TRUNC('quarter', created_at) = DATE '2025-04-01'", "FFTNFF"),
    ("DATE(created_at) = DATE '2026-01-01'", "TTFNFF"),
    ("created_at = TIMESTAMP '2026-01-01 10:00:00'", "TFFNFF"),
    ("estimated_close_date = DATE('2026-01-01')", "TFNFFF"),
    // CASE and NULL functions.
    ("CASE WHEN stars >= 4 THEN opt_out ELSE TRUE END", "FTTTTT"),
    ("CASE WHEN stars >= 4 THEN 'good' WHEN stars < 0 THEN 'odd' END = 'odd'", "FFNNNT"),
    ("CASE country WHEN 'DE' THEN 1 WHEN 'AT' THEN 2.5 ELSE 0 END > 1", "FTFFFF"),
    ("CASE country WHEN NULL THEN TRUE ELSE FALSE END", "FFFFFF"),
    ("COALESCE(stars, 9) = 9", "FFFTFF"),
    ("COALESCE(NULL, budget_amount, stars, 1) = 0", "FTTFFF"),
    ("COALESCE(estimated_close_date, '2030-01-01') > as_of", "FTTFFF"),
    ("NULLIF(stars, 5) IS NULL", "TFFTFF"),
    ("NULLIF(stars, NULL) = 5", "TFFNFF"),
    ("GREATEST(stars, 3, 3.5) = 3.5", "FFTNTT"),
    ("LEAST(stars, 1) = 1", "TTFNTF"),
    ("GREATEST(estimated_close_date, '2026-01-10') = '2026-01-15'", "FFNFFT"),
    // Casts.
    ("CAST(stars AS TEXT) = '5'", "TFFNFF"),
    ("budget_amount::TEXT = '1250.5'", "FFNTFF"),
    ("CAST('12' AS INTEGER) = 12", "TTTTTT"),
    ("CAST(country AS INTEGER) IS NULL", "TTTTTT"),
    ("CAST(budget_amount AS INT) = 3", "FFNFFT"),
    ("CAST(opt_out AS INTEGER) = 1", "FTNFTN"),
    ("CAST(stars AS BOOLEAN)", "TTFNTT"),
    ("CAST(created_at AS DATE) = '2026-01-01'", "TTFNFF"),
    ("CAST(estimated_close_date AS TEXT) LIKE '2026-%'", "TTNFFT"),
    ("CAST(created_at AS TEXT) = '2026-01-01 10:00:00'", "TFFNFF"),
    ("TRY_CAST(company AS DATE) IS NULL", "TTTTTT"),
    ("CAST(1e300 AS INTEGER) IS NULL", "TTTTTT"),
    // Text functions.
    ("LOWER(country) = 'de'", "TFFNTF"),
    ("UPPER(company) = 'MÜLLER GMBH'", "TFFNFF"),
    ("TRIM(job_title) = 'Clerk'", "FFNFTF"),
    ("LTRIM(job_title) = 'Clerk '", "FFNFTF"),
    ("RTRIM(job_title) = ' Clerk'", "FFNFTF"),
    ("TRIM(BOTH 'D' FROM country) = 'E'", "TFFNFF"),
    ("LENGTH(company) = 11", "TFFNFT"),
    ("CHAR_LENGTH(country) = 2", "TTTNTT"),
    ("SUBSTRING(company, 2, 3) = 'üll'", "TFFNFF"),
    ("SUBSTRING(company FROM 2 FOR 3) = 'üll'", "TFFNFF"),
    ("SUBSTR(company, 8) = 'GmbH'", "TFFNFF"),
    ("SUBSTRING(company, -1, 3) = 'M'", "TFFNFF"),
    ("LEFT(company, 2) = 'Mü'", "TFFNFF"),
    ("LEFT(country, -1) = 'D'", "TFFNFF"),
    ("RIGHT(company, 4) = 'GmbH'", "TFFNFF"),
    ("REPLACE(company, 'GmbH', 'AG') = 'Müller AG'", "TFFNFF"),
    ("REPLACE(company, '', 'x') = company", "TTTNTT"),
    ("CONCAT(country, '-', company) = 'AT-Acme'", "FTFNFF"),
    ("STARTS_WITH(company, 'Ac')", "FTFNFF"),
    ("ENDS_WITH(company, country) OR CONTAINS(company, 'Neil')", "FFTNFF"),
    ("STRPOS(company, 'ller') = 3", "TFFNFF"),
    ("STRPOS(company, 'zzz') = 0", "TTTNTT"),
    ("STRPOS(company, NULL) IS NULL", "TTTTTT"),
    ("POSITION('ller' IN company) = 3", "TFFNFF"),
    // Numeric functions.
    ("ABS(stars) = 2", "FFFNFT"),
    ("ROUND(budget_amount) = 3", "FFNFFT"),
    ("ROUND(budget_amount / 7, 2) = 178.64", "FFNTFF"),
    ("ROUND(stars, -1) = 10", "TFFNFF"),
    ("FLOOR(budget_amount) = 2 AND CEIL(budget_amount) = 3", "FFNFFT"),
];

#[test]
fn conditions_mean_what_sql_says() {
    let (scope, frame) = (scope(), frame());
    let compiled: Vec<_> = CASES
        .iter()
        .map(|(sql, _)| condition(sql, &scope).unwrap_or_else(|faults| panic!("{sql}: {faults:?}")))
        .collect();
    let found = masks(&compiled.iter().collect::<Vec<_>>(), &frame.clone().into());
    let wrong: Vec<String> = CASES
        .iter()
        .zip(&found)
        .filter(|((_, expected), mask)| shown(mask) != *expected)
        .map(|((sql, expected), mask)| format!("{sql}: {}, expected {expected}", shown(mask)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_by_one_is_as_all_at_once_and_on_no_rows() {
    let (scope, frame) = (scope(), frame());
    for (sql, expected) in CASES {
        let condition = condition(sql, &scope).unwrap();
        let met: Vec<bool> = expected.chars().map(|value| value == 'T').collect();
        assert_eq!(condition.mask(&frame.clone().into()), met, "{sql}");
        assert_eq!(condition.mask(&frame.slice(0, 0).into()), Vec::<bool>::new(), "{sql}");
        assert_eq!(condition.mask(&frame.slice(3, 1).into()), met[3..4], "{sql}");
    }
    assert!(masks(&[], &frame.clone().into()).is_empty());
}

#[test]
fn columns_are_sorted_unique_and_spelled_as_in_the_frame() {
    let condition = condition("STARS > 1 AND \"budget 2026\" > STARS AND as_of > '2020-01-01'", &scope()).unwrap();
    assert_eq!(condition.columns, ["Budget 2026", "stars"]);
    assert_eq!(condition.sql, "STARS > 1 AND \"budget 2026\" > STARS AND as_of > '2020-01-01'");
}

#[test]
fn the_exact_spelling_wins_and_an_ambiguous_one_is_unknown() {
    let columns = ["Name", "NAME"].map(|name| (name.to_owned(), ValueType::Text)).to_vec();
    let scope = Scope { columns, ..scope() };
    assert_eq!(condition("\"Name\" = 'x'", &scope).unwrap().columns, ["Name"]);
    assert_eq!(condition("NAME = 'x'", &scope).unwrap().columns, ["NAME"]);
    assert!(condition("name = 'x'", &scope).is_err());
}

#[test]
fn every_standard_field_is_a_name_without_quotes() {
    let columns = Field::ALL.iter().map(|field| (field.name().to_owned(), field.cleaner().value_type())).collect();
    let scope = Scope { columns, ..scope() };
    for field in Field::ALL {
        let compiled = condition(&format!("{} IS NULL", field.name()), &scope);
        assert_eq!(compiled.map(|condition| condition.columns), Ok(vec![field.name().to_owned()]));
    }
}

#[test]
fn expressions_have_types() {
    let cases = [
        ("country", ValueType::Text),
        ("stars + 1", ValueType::Integer),
        ("stars + 1.5", ValueType::Number),
        ("stars / 2", ValueType::Number),
        ("opt_out", ValueType::Boolean),
        ("as_of", ValueType::Date),
        ("as_of - INTERVAL '1 day'", ValueType::Date),
        ("as_of - INTERVAL '1 hour'", ValueType::Timestamp),
        ("as_of - estimated_close_date", ValueType::Integer),
        ("created_at", ValueType::Timestamp),
        ("CASE WHEN opt_out THEN 1 ELSE 2.5 END", ValueType::Number),
        ("CASE WHEN opt_out THEN estimated_close_date ELSE created_at END", ValueType::Timestamp),
        ("COALESCE(NULL, country)", ValueType::Text),
        ("NULL", ValueType::Text),
        ("LENGTH(country)", ValueType::Integer),
        ("ROUND(stars)", ValueType::Integer),
    ];
    for (sql, expected) in cases {
        assert_eq!(expression(sql, &scope()).map(|expression| expression.value_type), Ok(expected), "{sql}");
    }
}

#[test]
fn long_chains_and_deep_nesting_fit_a_small_stack() {
    let (scope, frame) = (scope(), frame());
    let ands = vec!["stars >= 0"; 3_000].join(" AND ");
    assert_eq!(condition(&ands, &scope).unwrap().mask(&frame.clone().into()), [true, true, true, false, true, false]);
    let ors: Vec<String> = (0..3_000).map(|number| format!("stars = {number}")).collect();
    assert_eq!(
        condition(&ors.join(" OR "), &scope).unwrap().mask(&frame.clone().into()),
        [true, true, true, false, true, false]
    );
    let long_case = format!("CASE{} ELSE 5 END = 5", " WHEN stars = 9 THEN 1".repeat(1_000));
    assert_eq!(condition(&long_case, &scope).unwrap().mask(&frame.clone().into()), [true; 6]);
    let first = [true, false, false, false, false, false];
    for deep in [
        format!("{}stars{} = 5", "(".repeat(60), " + 0)".repeat(60)),
        format!("stars{} = 5", " + 0.0".repeat(60)),
        format!("{}stars{} = 5", "COALESCE(0.0 + ".repeat(30), ", 7)".repeat(30)),
        format!("{}stars{} = 5", "CASE WHEN stars IS NULL THEN 1 ELSE ".repeat(60), " END".repeat(60)),
        format!("{}stars = 5{}", "(".repeat(60), " IS TRUE)".repeat(60)),
        format!("{}stars = 5{}", "TRUE AND (FALSE OR (".repeat(15), "))".repeat(15)),
    ] {
        let compiled = condition(&deep, &scope);
        let mask = compiled.unwrap_or_else(|faults| panic!("{deep}: {faults:?}")).mask(&frame.clone().into());
        assert_eq!(mask, first, "{deep}");
    }
}
