//! Faults as people read them (an excerpt with a caret) and as programs do (JSON).

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::diagnostic::{ConfigText, Diagnostic, Diagnostics, Given, Severity, Span};

/// All faults with excerpts and carets, and a last line that counts them.
pub fn human(faults: &Diagnostics, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for fault in &faults.items {
        out.push_str(&renderer.render(&[report(fault, &faults.texts)]));
        out.push_str("\n\n");
    }
    out.push_str(&summary(faults));
    out.push('\n');
    out
}

/// All faults as JSON: `{"file", "errors", "warnings", "diagnostics": [{"code", "severity", "message", "at": {"file",
/// "line", "column", "end_line", "end_column"}, "label", "labels", "help"}]}`. `at` has `set` or `default` instead of
/// `file` where the fault is not in the file.
pub fn json(faults: &Diagnostics) -> Value {
    json!({
        "file": faults.file(),
        "errors": faults.count(Severity::Error),
        "warnings": faults.count(Severity::Warning),
        "diagnostics": faults.items.iter().map(|fault| object(fault, &faults.texts)).collect::<Vec<_>>(),
    })
}

/// `8 errors, 1 warning in pipelines/x.toml`.
pub fn summary(faults: &Diagnostics) -> String {
    let number = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (errors, warnings) = (faults.count(Severity::Error), faults.count(Severity::Warning));
    let counts = match (errors, warnings) {
        (0, 0) => "no faults".to_owned(),
        (_, 0) => number(errors, "error"),
        (0, _) => number(warnings, "warning"),
        _ => format!("{}, {}", number(errors, "error"), number(warnings, "warning")),
    };
    format!("{counts} in {}", faults.file())
}

fn report<'a>(fault: &'a Diagnostic, texts: &'a [ConfigText]) -> Group<'a> {
    let level = match fault.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(fault.message.as_str()).id(fault.code).element(excerpt(fault, texts));
    match texts[fault.span.text].given {
        Given::ByFile(_) => {}
        Given::BySet => group = group.element(Level::NOTE.message("given by --set")),
        Given::ByDefault => group = group.element(Level::NOTE.message("in the built-in defaults")),
    }
    match &fault.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

fn excerpt<'a>(fault: &'a Diagnostic, texts: &'a [ConfigText]) -> Element<'a> {
    let text = &texts[fault.span.text];
    let mut snippet = Snippet::source(text.text.as_str());
    if let Given::ByFile(name) = &text.given {
        snippet = snippet.path(name.as_str());
    }
    let mut main = AnnotationKind::Primary.span(shown(text, fault.span));
    if !fault.label.is_empty() {
        main = main.label(fault.label.as_str());
    }
    snippet = snippet.annotation(main);
    for (span, label) in fault.labels.iter().filter(|(span, _)| span.text == fault.span.text) {
        snippet = snippet.annotation(AnnotationKind::Context.span(shown(text, *span)).label(label.as_str()));
    }
    snippet.into()
}

/// The span on character boundaries, its first line only, so that a long value does not fill the screen.
fn shown(text: &ConfigText, span: Span) -> std::ops::Range<usize> {
    let floor = |mut byte: usize| {
        byte = byte.min(text.text.len());
        while !text.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    };
    let (start, end) = (floor(span.start), floor(span.end));
    let end = text.text[start..end.max(start)].find(['\n', '\r']).map_or(end.max(start), |newline| start + newline);
    start..end
}

fn object(fault: &Diagnostic, texts: &[ConfigText]) -> Value {
    let label = |(span, label): &(Span, String)| json!({ "at": place(*span, texts), "label": label });
    json!({
        "code": fault.code,
        "severity": fault.severity.name(),
        "message": fault.message,
        "at": place(fault.span, texts),
        "label": fault.label,
        "labels": fault.labels.iter().map(label).collect::<Vec<_>>(),
        "help": fault.help,
    })
}

fn place(span: Span, texts: &[ConfigText]) -> Value {
    let text = &texts[span.text];
    let ((line, column), (end_line, end_column)) = (text.position(span.start), text.position(span.end));
    match &text.given {
        Given::ByFile(file) => {
            json!({ "file": file, "line": line, "column": column, "end_line": end_line, "end_column": end_column })
        }
        Given::BySet => json!({ "set": text.text, "column": column, "end_column": end_column }),
        Given::ByDefault => json!({ "default": true, "line": line, "column": column }),
    }
}
