//! What conditions mean and which are refused.

mod faults;
mod masks;
mod measures;
mod parts;
mod properties;

use jiff::civil::date;
use polars::prelude::*;

use super::Scope;
use super::temporal;
use crate::model::field::ValueType;
use crate::model::mask::Mask;

/// The columns of `frame`.
fn scope() -> Scope {
    let columns = [
        ("country", ValueType::Text),
        ("company", ValueType::Text),
        ("job_title", ValueType::Text),
        ("stars", ValueType::Integer),
        ("budget_amount", ValueType::Number),
        ("opt_out", ValueType::Boolean),
        ("estimated_close_date", ValueType::Date),
        ("created_at", ValueType::Timestamp),
        ("Budget 2026", ValueType::Integer),
        ("^odd.*$", ValueType::Integer),
    ];
    let columns = columns.map(|(name, kind)| (name.to_owned(), kind)).to_vec();
    Scope { columns, as_of: date(2026, 1, 15) }
}

/// Six rows, with NULLs, text in two cases, pattern characters, a line break and month ends.
fn frame() -> DataFrame {
    let day = |text: &str| temporal::parse_date(text).unwrap();
    let moment = |text: &str| temporal::parse_timestamp(text).unwrap();
    let closing = [
        Some(day("2026-01-01")),
        Some(day("2026-02-28")),
        None,
        Some(day("2025-12-31")),
        Some(day("2024-02-29")),
        Some(day("2026-01-15")),
    ];
    let created = [
        Some(moment("2026-01-01 10:00")),
        Some(moment("2026-01-01")),
        Some(moment("2025-06-30T23:59:59")),
        None,
        Some(moment("2026-01-14 12:00")),
        Some(moment("2020-01-01")),
    ];
    let created = Int64Chunked::from_iter(created).into_datetime(TimeUnit::Microseconds, None).into_series();
    let titles = ["Managing Director", "Head of Sales", "", "director", " Clerk ", "CEO\nFounder"];
    let titles = titles.map(|title| Some(title).filter(|title| !title.is_empty()));
    df!(
        "country" => [Some("DE"), Some("AT"), Some("BG"), None, Some("de"), Some("US")],
        "company" => [Some("Müller GmbH"), Some("Acme"), Some("O'Neil"), None, Some("100% Pure"), Some("under_score")],
        "job_title" => titles,
        "stars" => [Some(5_i64), Some(4), Some(0), None, Some(3), Some(-2)],
        "budget_amount" => [Some(9000.0), Some(0.0), None, Some(1250.5), Some(5000.0), Some(2.5)],
        "opt_out" => [Some(false), Some(true), None, Some(false), Some(true), None],
        "estimated_close_date" => Int32Chunked::from_iter(closing).into_series().into_date(),
        "created_at" => created,
        "Budget 2026" => [Some(1_i64), Some(2), Some(3), Some(4), Some(5), None],
        "^odd.*$" => [1_i64, 2, 3, 4, 5, 6],
    )
    .unwrap()
}

/// A mask as text: T, F, N for unknown.
fn shown(mask: &Mask) -> String {
    mask.iter().map(|value| value.map_or('N', |truth| if truth { 'T' } else { 'F' })).collect()
}
