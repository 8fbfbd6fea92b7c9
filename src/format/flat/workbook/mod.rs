//! Sheets of workbooks: Excel's (.xlsx, .xlsb, .xls) and LibreOffice's (.ods).

mod cell;
mod limits;
mod ole;
mod open_document;
mod rows;
#[cfg(test)]
mod tests;
mod xml;

use std::io::Cursor;
use std::path::Path;

use calamine::{Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};

use super::{Flat, most_text};
use crate::format::FormatError;
use crate::format::error::quoted;
use crate::format::guard::guarded;
use crate::format::kind::Storage;
use cell::{Format, Value};
use rows::Rows;

pub use ole::{is_encrypted, is_workbook};

/// The sheet of this name, or the first one that has data and is not hidden.
///
/// # Errors
/// When there is no such sheet, or the workbook is damaged, or protected with a password.
pub(super) fn flat(bytes: &[u8], storage: Storage, inside: Option<&str>, path: &Path) -> Result<Flat, FormatError> {
    let damaged = |what: String| FormatError::Damaged { path: path.to_owned(), what };
    limits::check(bytes, storage).map_err(|why| damaged(quoted(&why)))?;
    let most = most_text(bytes.len());
    // Damaged workbooks make their readers reach beyond what is there.
    let read = guarded(|| {
        let mut book = Book::open(bytes, storage)?;
        book.sheet(inside, most)
    });
    match read.unwrap_or_else(|| Err(Fault::Damaged("its parts do not fit together".to_owned()))) {
        Ok(flat) => Ok(flat),
        Err(Fault::Blank) => Err(FormatError::Empty { path: path.to_owned() }),
        Err(Fault::Password) => Err(FormatError::Locked { path: path.to_owned() }),
        Err(Fault::OnlyHidden(first)) => Err(damaged(format!(
            "none of its sheets that show has data; a hidden one is read when it is named, as in `{}/{}`",
            path.display(),
            quoted(&first)
        ))),
        Err(Fault::NoSuchSheet(parts)) => {
            let wanted = inside.map(str::to_owned);
            Err(FormatError::NoSuchPart { path: path.to_owned(), wanted, parts, noun: "sheet" })
        }
        Err(Fault::Damaged(what)) => {
            let what = quoted(&what);
            Err(damaged(format!("the workbook is damaged ({what}); open it, save it again and name that file")))
        }
    }
}

/// Why there is no table.
enum Fault {
    Blank,
    Password,
    /// The first hidden sheet with data.
    OnlyHidden(String),
    /// The sheets that are there.
    NoSuchSheet(Vec<String>),
    Damaged(String),
}

type Bytes<'b> = Cursor<&'b [u8]>;

enum Book<'b> {
    Xlsx(Xlsx<Bytes<'b>>),
    Xlsb(Xlsb<Bytes<'b>>),
    Xls(Xls<Bytes<'b>>),
    Ods(Ods<Bytes<'b>>),
}

impl<'b> Book<'b> {
    fn open(bytes: &'b [u8], storage: Storage) -> Result<Self, Fault> {
        let bytes = Cursor::new(bytes);
        Ok(match storage {
            Storage::Xlsx => Self::Xlsx(Xlsx::new(bytes).map_err(|error| match error {
                XlsxError::Password => Fault::Password,
                other => Fault::Damaged(other.to_string()),
            })?),
            Storage::Xlsb => Self::Xlsb(Xlsb::new(bytes).map_err(|error| match error {
                XlsbError::Password => Fault::Password,
                other => Fault::Damaged(other.to_string()),
            })?),
            Storage::Xls => Self::Xls(Xls::new(bytes).map_err(|error| match error {
                XlsError::Password => Fault::Password,
                other => Fault::Damaged(other.to_string()),
            })?),
            Storage::Ods => Self::Ods(Ods::new(bytes).map_err(|error| match error {
                OdsError::Password => Fault::Password,
                other => Fault::Damaged(other.to_string()),
            })?),
        })
    }

    /// Names of the sheets that can have data, in the order of their tabs, and whether they show.
    fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let with_cells = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        with_cells.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    fn sheet(&mut self, wanted: Option<&str>, most: usize) -> Result<Flat, Fault> {
        let sheets = self.sheets();
        let read = |book: &mut Self, name: &str| {
            let mut rows = Rows::new(most);
            book.cells(name, &mut rows).map_err(Fault::Damaged)?;
            let filled = rows.filled();
            Ok((rows.finish().map_err(Fault::Damaged)?, filled))
        };
        if let Some(wanted) = wanted {
            // As Excel compares their names.
            let same = |name: &str| name.trim().to_lowercase() == wanted.trim().to_lowercase();
            let exact = sheets.iter().find(|(name, _)| name == wanted);
            let Some((name, _)) = exact.or_else(|| sheets.iter().find(|(name, _)| same(name))) else {
                return Err(Fault::NoSuchSheet(sheets.into_iter().map(|(name, _)| name).collect()));
            };
            return read(self, name)?.0.ok_or(Fault::Blank);
        }
        // A cover with a line of text is no table, unless there is no other.
        let mut line = None;
        for (name, _) in sheets.iter().filter(|(_, shows)| *shows) {
            match read(self, name)? {
                (Some(flat), filled) if filled > 1 => return Ok(flat),
                (flat, _) => line = line.or(flat),
            }
        }
        if let Some(flat) = line {
            return Ok(flat);
        }
        for (name, _) in sheets.iter().filter(|(_, shows)| !shows) {
            if read(self, name)?.1 > 0 {
                return Err(Fault::OnlyHidden(name.clone()));
            }
        }
        Err(Fault::Blank)
    }

    fn cells(&mut self, sheet: &str, rows: &mut Rows) -> Result<(), String> {
        let range = match self {
            Self::Xlsx(book) => {
                let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
                let formats: Vec<Format> = reader.styles().iter().map(Format::of).collect();
                while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|error| error.to_string())? {
                    let format = formats.get(style).copied().unwrap_or(Format::General);
                    rows.cell(cell.get_position(), &Value::from(cell.get_value()), format)?;
                }
                return Ok(());
            }
            Self::Xlsb(book) => {
                let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
                while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
                    rows.cell(cell.get_position(), &Value::from(cell.get_value()), Format::General)?;
                }
                return Ok(());
            }
            Self::Xls(book) => book.worksheet_range(sheet).map_err(|error| error.to_string())?,
            Self::Ods(book) => book.worksheet_range(sheet).map_err(|error| error.to_string())?,
        };
        let (top, left) = range.start().unwrap_or_default();
        range.used_cells().try_for_each(|(row, column, data)| {
            rows.cell((top + row as u32, left + column as u32), &Value::from(data), Format::General)
        })
    }
}
