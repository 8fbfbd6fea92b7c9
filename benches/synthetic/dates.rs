//! Days as dates, by the arithmetic of H. Hinnant, "chrono-compatible low-level date algorithms" (2013).

/// 2021-01-01 in days since 1970-01-01.
const START: i64 = 18_628;

/// Year, month and day of a day counted from 2021-01-01.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let days = day + START + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let month = if part < 10 { part + 3 } else { part - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * part + 2) / 5 + 1)
}

/// The date as 2021-01-31.
pub(crate) fn iso(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The date with its parts from the smallest on: 31.01.2021.
pub(crate) fn little(day: i64, separator: char) -> String {
    let (year, month, day) = civil(day);
    format!("{day:02}{separator}{month:02}{separator}{year:04}")
}

/// The date as 20210131.
pub(crate) fn compact(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}{month:02}{day:02}")
}
