//! Sheets of workbooks: Excel's (.xlsx, .xlsb, .xls), LibreOffice's (.ods), and tables of marked-up text.

mod biff;
mod cell;
mod formats;
mod limits;
mod marked_up;
mod ole;
mod open_document;
mod rows;
#[cfg(test)]
mod tests;
mod xml;

use std::io::{Cursor, Write};
use std::path::Path;

use calamine::{Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};

use super::{Flat, most_text, utf8};
use crate::format::FormatError;
use crate::format::error::quoted;
use crate::format::guard::guarded;
use crate::format::kind::{FileKind, Storage};
use cell::{Format, Value};
use formats::Formats;
use rows::Rows;

pub use ole::{is_encrypted, is_workbook};

/// The sheet of this name, or the first one that has data and is not hidden.
///
/// # Errors
/// When there is no such sheet, or the workbook is damaged, or protected with a password.
pub(super) fn flat(bytes: &[u8], storage: Storage, inside: Option<&str>, path: &Path) -> Result<Flat, FormatError> {
    let damaged = |what: String| FormatError::Damaged { path: path.to_owned(), what };
    match opened(bytes, storage, path, |book, bytes| book.sheet(bytes, inside, most_text(bytes.len())))? {
        Ok((_, flat)) => Ok(flat),
        // Where a page has no table, it is one that a browser should show: a log-in or an error.
        Err(Fault::Blank) if storage == Storage::Html => {
            Err(FormatError::Binary { path: path.to_owned(), kind: FileKind::Html })
        }
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

/// The sheet that [`flat`] reads, and the others that show; none where no sheet can be read.
pub(super) fn sheets(
    bytes: &[u8],
    storage: Storage,
    inside: Option<&str>,
    path: &Path,
) -> Option<(String, Vec<String>)> {
    let named = |book: &mut Book<'_>, bytes: &[u8]| {
        let (read, _) = book.sheet(bytes, inside, most_text(bytes.len()))?;
        let others = book.sheets().into_iter().filter(|(name, shows)| *shows && *name != read);
        Ok((read.clone(), others.map(|(name, _)| name).collect()))
    };
    opened(bytes, storage, path, named).ok()?.ok()
}

/// What is read from a workbook.
fn opened<T>(
    bytes: &[u8],
    storage: Storage,
    path: &Path,
    read: impl FnOnce(&mut Book<'_>, &[u8]) -> Result<T, Fault>,
) -> Result<Result<T, Fault>, FormatError> {
    let packed = (storage == Storage::Fods).then(|| container(bytes));
    let (bytes, storage) = packed.as_deref().map_or((bytes, storage), |packed| (packed, Storage::Ods));
    limits::check(bytes, storage).map_err(|why| FormatError::Damaged { path: path.to_owned(), what: quoted(&why) })?;
    // Damaged workbooks make their readers reach beyond what is there.
    let read = guarded(|| read(&mut Book::open(bytes, storage)?, bytes));
    Ok(read.unwrap_or_else(|| Err(Fault::Damaged("its parts do not fit together".to_owned()))))
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
    MarkedUp(Vec<marked_up::Sheet>),
}

impl<'b> Book<'b> {
    fn open(bytes: &'b [u8], storage: Storage) -> Result<Self, Fault> {
        let text = || String::from_utf8_lossy(&utf8(bytes.to_vec())).into_owned();
        if storage == Storage::Xls && ole::stream(bytes, &["Workbook", "Book"]).is_ok_and(|book| biff::is_locked(&book))
        {
            return Err(Fault::Password);
        }
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
            Storage::Html => Self::MarkedUp(marked_up::of_html(&text())),
            Storage::SpreadsheetMl => Self::MarkedUp(marked_up::of_spreadsheet_ml(&text())),
            Storage::Fods => return Err(Fault::Damaged("it is not packed".to_owned())),
        })
    }

    /// Names of the sheets that can have data, in the order of their tabs, and whether they show.
    fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
            Self::MarkedUp(sheets) => {
                return sheets.iter().map(|sheet| (sheet.name.clone(), !sheet.is_hidden)).collect();
            }
        };
        let with_cells = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        with_cells.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    /// The name of the sheet that is read, and its table.
    fn sheet(&mut self, bytes: &[u8], wanted: Option<&str>, most: usize) -> Result<(String, Flat), Fault> {
        let sheets = self.sheets();
        let read = |book: &mut Self, name: &str| {
            let mut rows = Rows::new(most);
            book.cells(bytes, name, &mut rows).map_err(Fault::Damaged)?;
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
            return read(self, name)?.0.map(|flat| (name.clone(), flat)).ok_or(Fault::Blank);
        }
        // A cover with a line of text is no table, unless there is no other.
        let mut line = None;
        for (name, _) in sheets.iter().filter(|(_, shows)| *shows) {
            match read(self, name)? {
                (Some(flat), filled) if filled > 1 => return Ok((name.clone(), flat)),
                (flat, _) => line = line.or(flat.map(|flat| (name.clone(), flat))),
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

    fn cells(&mut self, bytes: &[u8], sheet: &str, rows: &mut Rows) -> Result<(), String> {
        let number = |sheets: &[calamine::Sheet]| sheets.iter().position(|one| one.name == sheet).unwrap_or_default();
        let (range, formats): (_, Formats) = match self {
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
            Self::MarkedUp(sheets) => {
                let mut found = sheets.iter().find(|one| one.name == sheet).into_iter();
                return found.try_for_each(|sheet| sheet.each(|at, value, format| rows.cell(at, value, format)));
            }
            Self::Xls(book) => {
                let range = book.worksheet_range(sheet).map_err(|error| error.to_string())?;
                (range, formats::of_xls(bytes, number(book.sheets_metadata())))
            }
            Self::Ods(book) => {
                let range = book.worksheet_range(sheet).map_err(|error| error.to_string())?;
                (range, formats::of_ods(bytes, number(book.sheets_metadata())))
            }
        };
        let (top, left) = range.start().unwrap_or_default();
        range.used_cells().try_for_each(|(row, column, data)| {
            let (row, column) = (top + row as u32, left + column as u32);
            rows.cell((row, column), &Value::from(data), formats.of(row, column))
        })
    }
}

/// A workbook of one file (.fods) as the one of many parts that it would be.
fn container(content: &[u8]) -> Vec<u8> {
    // It is indented, which its parts are not.
    let mut dense = Vec::with_capacity(content.len());
    for piece in content.split_inclusive(|&byte| byte == b'>') {
        let indent = piece.len() - piece.trim_ascii_start().len();
        let is_indent = piece[..indent].contains(&b'\n') && piece[indent..].starts_with(b"<");
        dense.extend_from_slice(if is_indent { &piece[indent..] } else { piece });
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts = [
        ("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..]),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", &dense),
    ];
    let written = parts.into_iter().try_for_each(|(name, content)| {
        writer.start_file(name, stored)?;
        Ok::<_, zip::result::ZipError>(writer.write_all(content)?)
    });
    written.and_then(|()| writer.finish()).map(Cursor::into_inner).unwrap_or_default()
}
