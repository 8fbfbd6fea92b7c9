use super::scope;
use crate::rules::{MAX_TEXT, RuleFault, condition, measure};

fn faults(sql: &str) -> Vec<RuleFault> {
    condition(sql, &scope()).map(|_| ()).expect_err(sql)
}

/// SQL, the text that the fault's span covers, and a part of "message | expected | suggestion".
const CASES: &[(&str, &str, &str)] = &[
    ("countrry = 'DE'", "countrry", "there is no column countrry | one of: country"),
    ("countrry = 'DE'", "countrry", "| country"),
    ("country = \"DE\"", "\"DE\"", "text stands in single quotes, 'DE'"),
    ("country = \"DE\"", "\"DE\"", "| 'DE'"),
    ("\"Budget 2027\" > 1", "\"Budget 2027\"", "| \"Budget 2026\""),
    ("zzzzzz = 1", "zzzzzz", "and 1 more"),
    (
        "budget_amount",
        "budget_amount",
        "budget_amount is a number, a condition must be true or false | - | budget_amount > 0",
    ),
    ("country", "country", "| country IS NOT NULL"),
    ("as_of", "as_of", "as_of is a date, a condition must be true or false"),
    ("(stars + 1)", "stars + 1", "stars + 1 is a whole number"),
    ("LENGTH(country)", "LENGTH(country)", "| LENGTH(country) > 0"),
    ("stars = '4'", "'4'", "stars is a whole number, '4' is text: the two sides must be of one kind | - | 4"),
    ("country = 5", "5", "country is text, 5 is a whole number"),
    ("country = 5", "5", "| '5'"),
    ("opt_out = 1", "1", "| TRUE"),
    ("opt_out = 'false'", "'false'", "| FALSE"),
    ("country > stars", "country > stars", "country is text, stars is a whole number"),
    ("stars IN (1, 'x')", "stars IN (1, 'x')", "IN and its list must be of one kind"),
    ("estimated_close_date > '01.02.2026'", "'01.02.2026'", "'01.02.2026' is not a date | a date such as '2026-01-31'"),
    ("estimated_close_date > '2026-02-30'", "'2026-02-30'", "is not a date"),
    ("created_at > '2026-01-01 25:00'", "'2026-01-01 25:00'", "is not a date"),
    ("estimated_close_date > 5", "estimated_close_date > 5", "estimated_close_date is a date, 5 is a whole number"),
    ("DATE 'soon' < as_of", "'soon'", "is not a date"),
    ("as_of - INTERVAL '1 fortnight' < as_of", "'1 fortnight'", "'fortnight' is no unit of time | INTERVAL '30 days'"),
    ("as_of - INTERVAL 'x days' < as_of", "'x days'", "'x' is no whole number"),
    ("as_of - INTERVAL '30' < as_of", "'30'", "'30' is no interval"),
    ("as_of - INTERVAL '99999999999 days' < as_of", "'99999999999 days'", "too long"),
    ("INTERVAL '1 day' = as_of", "'1 day'", "an INTERVAL stands only after + or -"),
    ("stars + INTERVAL '1 day' = as_of", "stars", "an INTERVAL moves a date"),
    ("country + 1 = 2", "country", "country is text, + needs numbers | texts are joined with ||"),
    ("country || stars = ''", "stars", "|| needs text | - | CAST(stars AS TEXT)"),
    ("-country = 1", "country", "needs numbers"),
    ("stars AND opt_out", "stars", "stars is a whole number, AND needs true or false"),
    ("NOT country", "country", "NOT needs true or false"),
    ("stars IS TRUE", "stars", "IS needs true or false"),
    ("CASE WHEN stars THEN TRUE END", "stars", "WHEN needs true or false"),
    (
        "CASE WHEN opt_out THEN 1 ELSE 'x' END = 1",
        "1 ELSE 'x'",
        "1 is a whole number, 'x' is text: the results of CASE must be of one kind",
    ),
    ("stars LIKE '5'", "stars", "LIKE needs text"),
    ("country LIKE company", "company", "the pattern of LIKE must be a text in single quotes | CONTAINS"),
    ("country LIKE 'x' ESCAPE 'ab'", "'ab'", "ESCAPE takes one character"),
    ("country LIKE 'x!' ESCAPE '!'", "'x!'", "its last character is the escape character"),
    ("country ~ '(a'", "'(a'", "this pattern is not valid: unclosed group"),
    ("country ~ '(\\w{999}){999}'", "'(\\w{999}){999}'", "this pattern is not valid: "),
    ("country SIMILAR TO 'x'", "country SIMILAR TO 'x'", "not understood here"),
    ("SUM(stars) > 3", "SUM", "SUM looks at many rows; a condition looks at one lead"),
    ("COUNT(*) > 3", "COUNT", "COUNT counts many rows; a condition looks at one lead"),
    ("MAX(stars) > 3", "MAX", "GREATEST(a, b)"),
    ("ROW_NUMBER() OVER (ORDER BY stars) = 1", "ROW_NUMBER", "looks at other rows, which no condition can"),
    ("stars IN (SELECT 1)", "SELECT", "can't contain a query (SELECT)"),
    ("EXISTS (SELECT 1)", "SELECT", "can't contain a query"),
    ("stars = ?", "?", "placeholders have no values here"),
    ("stars = $1", "$1", "placeholders have no values here"),
    ("stars = :x", ":", "placeholders have no values here"),
    ("* = 1", "*", "is not expected here"),
    ("LENGHT(country) = 2", "LENGHT", "there is no function LENGHT | one of: LENGTH"),
    ("LENGHT(country) = 2", "LENGHT", "| LENGTH"),
    ("LEFT(country) = 'D'", "LEFT(country)", "LEFT has the wrong number of arguments | LEFT(text, count)"),
    ("NULLIF(1) = 1", "NULLIF(1)", "NULLIF has the wrong number of arguments"),
    ("COALESCE() = 1", "COALESCE()", "wrong number of arguments"),
    ("LOWER(stars) = 'x'", "stars", "stars is a whole number, LOWER needs text | - | CAST(stars AS TEXT)"),
    ("ABS(country) = 1", "country", "ABS needs numbers"),
    ("LEFT(country, 1.5) = 'D'", "1.5", "needs a whole number"),
    ("LOWER(DISTINCT country) = 'x'", "LOWER", "no DISTINCT"),
    ("LENGTH(*) = 1", "LENGTH", "takes plain values"),
    ("YEAR(country) = 1", "country", "country is text, EXTRACT needs a date"),
    ("DATE_TRUNC('eon', created_at) = as_of", "'eon'", "'eon' is no unit of time"),
    ("EXTRACT(EPOCH FROM created_at) = 1", "created_at", "EPOCH is no part of a date"),
    ("CAST(stars AS DATE) = as_of", "stars", "it has no meaning as a date"),
    ("CAST(stars AS MONEY) = 1", "stars", "MONEY is not a type | TEXT, INTEGER"),
    ("CAST(stars AS VARCHAR(3)) = '1'", "stars", "VARCHAR(3) is not a type"),
    ("NOW() > created_at", "NOW()", "NOW would read the clock, and every run would differ | as_of"),
    ("CURRENT_TIMESTAMP > created_at", "CURRENT_TIMESTAMP", "would read the clock"),
    ("stars = 1 b", "b", "`b` is not expected here | an operator such as AND or OR"),
    ("stars == 1", "==", "equality is written with one = | - | ="),
    ("stars = 1 && opt_out", "&&", "| AND"),
    ("stars = 1;", ";", "without a semicolon"),
    ("leads.stars = 1", ".", "a column stands alone"),
    ("country = 'DE", "'DE", "a text that begins here has no closing quote"),
    ("\"Budget 2026 > 1", "\"Budget 2026 > 1", "no closing double quote"),
    ("stars >", "", "this ends too early | an expression"),
    ("(stars > 1", "", "this ends too early | )"),
    ("stars > )", ")", "`)` is not expected here"),
    ("stars > 1e999", "1e999", "no number that can be computed with"),
    ("(stars, 1) = 1", "stars", "several values in brackets"),
    ("stars COLLATE x = 1", "stars COLLATE x", "not understood here"),
    ("", "", "there is nothing here"),
    ("   ", "   ", "there is nothing here"),
];

#[test]
fn faults_say_what_and_where() {
    let mut wrong = Vec::new();
    for (sql, text, said) in CASES {
        let faults = faults(sql);
        let [RuleFault { span, message, expected, suggestion }] = faults.as_slice() else {
            wrong.push(format!("{sql}: {faults:?}"));
            continue;
        };
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
        let all = format!("{message} | {} | {}", part(expected), part(suggestion));
        if &sql[span.clone()] != *text || !all.contains(said) {
            wrong.push(format!("{sql}\n   at `{}`: {all}\n   wanted `{text}`: {said}", &sql[span.clone()]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn suggestions_in_place_of_the_span_compile() {
    let mut tried = 0;
    for (sql, ..) in CASES {
        if let [RuleFault { span, suggestion: Some(suggestion), .. }] = faults(sql).as_slice() {
            let better = format!("{}{suggestion}{}", &sql[..span.start], &sql[span.end..]);
            tried += 1;
            assert!(condition(&better, &scope()).is_ok(), "{sql} -> {better}");
        }
    }
    assert!(tried > 15, "{tried}");
}

#[test]
fn several_faults_come_out_together_in_order() {
    let sql = "contry = 'DE' AND\n  stars = 'x' OR LOWR(company) = 'ä' AND budgett > 1";
    let faults = faults(sql);
    let places: Vec<&str> = faults.iter().map(|fault| &sql[fault.span.clone()]).collect();
    assert_eq!(places, ["contry", "stars = 'x'", "LOWR", "budgett"]);
    let places: Vec<_> = self::faults("country = ‘DE’").into_iter().map(|fault| fault.span).collect();
    assert_eq!(places, [10..13, 15..18]);
}

#[test]
fn bounds_hold() {
    let long = format!("country = '{}'", "x".repeat(MAX_TEXT));
    assert!(faults(&long)[0].message.contains("longer than 64 KiB"));
    let many = vec!["1=1"; 9_000].join(" OR ");
    assert!(faults(&many)[0].message.contains("too long"));
    for deep in [
        format!("{}TRUE", "NOT ".repeat(250)),
        format!("{}TRUE{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("stars{} = 1", " + 1".repeat(300)),
        format!("stars{} = 1", " + 1".repeat(9_000)),
        format!("stars{}", " IS NULL".repeat(6_000)),
        format!("{}stars{} = 1", "ABS(".repeat(300), ")".repeat(300)),
        format!("{}stars{} = ''", "TRIM(".repeat(300), ")".repeat(299)),
        format!("{}1{} = 1", "POSITION(".repeat(300), ")".repeat(300)),
        format!("{}1{}", "CASE WHEN ".repeat(300), " THEN 1 END".repeat(200)),
    ] {
        let faults = faults(&deep);
        assert_eq!(faults.len(), 1, "{}", &deep[..20]);
    }
}

#[test]
fn measures_are_refused_with_reasons() {
    let cases = [
        ("stars", "stars", "a measure needs one for all"),
        ("SUM(stars) / stars", "stars", "a measure needs one for all"),
        ("1", "1", "a measure needs a function that looks at many rows"),
        ("SUM(country)", "country", "country is text, SUM can't be taken of it"),
        ("SUM(opt_out)", "opt_out", "SUM can't be taken of it"),
        ("SUM(*)", "SUM", "SUM takes one value"),
        ("SUM(1)", "SUM(1)", "SUM reads no column here"),
        ("SUM(DISTINCT stars)", "SUM", "only COUNT takes DISTINCT"),
        ("SUM(COUNT(*))", "COUNT", "stands inside another function over many rows"),
        ("MEDIAN(stars)", "MEDIAN", "MEDIAN is not available"),
        ("COUNT(*) FILTER (WHERE stars)", "stars", "WHERE needs true or false"),
        ("COUNT(*) FILTER (WHERE TRUE)", "TRUE", "this FILTER reads no column"),
        ("COUNT(nothing)", "nothing", "there is no column nothing"),
    ];
    for (sql, text, said) in cases {
        let faults = measure(sql, &scope()).map(|_| ()).expect_err(sql);
        let [fault] = faults.as_slice() else { panic!("{sql}: {faults:?}") };
        assert_eq!(&sql[fault.span.clone()], text, "{sql}");
        assert!(fault.message.contains(said), "{sql}: {}", fault.message);
    }
}
