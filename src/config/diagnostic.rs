//! Faults of a pipeline file as values: what is wrong, where, and what to do about it. Nothing here prints.

use std::ops::Range;

use super::mapping::FileMapping;
use crate::model::names::nearest;

/// A place in one of the texts that a configuration was read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which text: the index into [`Diagnostics::texts`].
    pub text: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The same text, other bytes.
    pub fn at(self, bytes: Range<usize>) -> Self {
        Self { text: self.text, start: bytes.start, end: bytes.end }
    }

    /// The bytes.
    pub fn bytes(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Where a configuration text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A file, as the user named it.
    ByFile(String),
    /// A `--set` argument.
    BySet,
    /// The program's own defaults.
    ByDefault,
}

/// One text that a configuration was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigText {
    /// Where it comes from.
    pub given: Given,
    /// The text itself.
    pub text: String,
}

impl ConfigText {
    /// Line and column, both from 1, of a byte; columns count characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The pipeline cannot run.
    Error,
    /// It can, but perhaps not as meant.
    Warning,
}

impl Severity {
    /// As shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A short, stable name of the kind of fault: `unknown-key`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to write under the caret, or "".
    pub label: String,
    /// Other places that explain it.
    pub labels: Vec<(Span, String)>,
    /// What would be right, or what to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault that stops the run.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, severity: Severity::Error, message, span, label: String::new(), labels: Vec::new(), help: None }
    }

    /// A fault that does not.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// With words under the caret.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With another place.
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, label.into()));
        self
    }

    /// With advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// For a name that is none of the valid ones: the nearest under the caret, all of them as help.
    pub fn instead<'a>(mut self, name: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        let valid: Vec<&str> = valid.into_iter().collect();
        if let Some(near) = nearest(name, valid.iter().copied()) {
            self.label = format!("did you mean `{near}`?");
        }
        self.help = match valid.len() {
            0 => None,
            count if count > SHOWN => Some(format!("valid: {} and {} more", valid[..SHOWN].join(", "), count - SHOWN)),
            _ => Some(format!("valid: {}", valid.join(", "))),
        };
        self
    }
}

/// How many valid names a message lists.
const SHOWN: usize = 60;

/// All faults of a configuration with the texts that they point into, and what it made of the inputs' columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The pipeline file first, then the `--set` arguments, then defaults.
    pub texts: Vec<ConfigText>,
    /// By position, once [`Diagnostics::sort`] has run.
    pub items: Vec<Diagnostic>,
    /// How the columns of the inputs are used, as far as they could be opened.
    pub mappings: Vec<FileMapping>,
}

impl Diagnostics {
    /// Adds a text and returns its index.
    pub fn add_text(&mut self, given: Given, text: &str) -> usize {
        self.texts.push(ConfigText { given, text: text.to_owned() });
        self.texts.len() - 1
    }

    /// Adds a fault.
    pub fn push(&mut self, fault: Diagnostic) {
        self.items.push(fault);
    }

    /// By position, each fault once.
    pub fn sort(&mut self) {
        self.items
            .sort_by(|a, b| (a.span, a.severity, a.code, &a.message).cmp(&(b.span, b.severity, b.code, &b.message)));
        self.items.dedup();
    }

    /// Number of faults of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.items.iter().filter(|item| item.severity == severity).count()
    }

    /// Whether something stops the run.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// The pipeline file's name as the user gave it, or "".
    pub fn file(&self) -> &str {
        self.texts
            .iter()
            .find_map(|text| if let Given::ByFile(name) = &text.given { Some(&**name) } else { None })
            .unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = ConfigText { given: Given::BySet, text: "a = 1\nü = \"é\"\n".to_owned() };
        let cases = [(0, (1, 1)), (4, (1, 5)), (6, (2, 1)), (8, (2, 2)), (7, (2, 1)), (999, (3, 1))];
        for (byte, expected) in cases {
            assert_eq!(text.position(byte), expected, "{byte}");
        }
    }
}
