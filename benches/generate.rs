//! Writes synthetic sets: `cargo bench --bench generate -- --kind leads --rows 1000000 --seed 7 --out leads.csv`.
#![allow(clippy::print_stderr, reason = "a command tells what it did")]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[allow(dead_code, reason = "shared with the benches")]
mod synthetic;

use synthetic::{KINDS, Request, Rows};

fn usage() -> String {
    let kinds: Vec<String> = KINDS.iter().map(|(name, what, _)| format!("  {name:<20} {what}")).collect();
    format!(
        "usage: generate --kind KIND --out FILE.csv [--truth FILE.csv] [--rows 10000] [--seed 1]\n\
         A set of several files is written as FILE_part.csv. The truth goes to FILE.truth.csv unless \
         named.\n\nkinds:\n{}",
        kinds.join("\n")
    )
}

struct Arguments {
    kind: String,
    out: PathBuf,
    truth: Option<PathBuf>,
    request: Request,
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments {
        kind: "leads".to_string(),
        out: PathBuf::new(),
        truth: None,
        request: Request { rows: 10_000, seed: 1 },
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        // What cargo says to every bench.
        if word == "--bench" {
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number =
            || value.replace('_', "").parse::<u64>().map_err(|_| format!("{word} needs a number, not {value}"));
        match word.as_str() {
            "--kind" => found.kind = value,
            "--out" => found.out = PathBuf::from(value),
            "--truth" => found.truth = Some(PathBuf::from(value)),
            "--rows" => found.request.rows = number()? as usize,
            "--seed" => found.request.seed = number()?,
            _ => return Err(format!("unknown argument {word}")),
        }
    }
    if found.out.as_os_str().is_empty() { Err("--out FILE.csv is missing".to_string()) } else { Ok(found) }
}

fn written(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), String> {
    let done = File::create(path).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        write(&mut out)?;
        out.flush()
    });
    done.map_err(|fault| format!("{}: {fault}", path.display()))
}

/// What was written: the ceiling, and how many rows each trap touched.
fn summary(rows: &Rows) -> String {
    let mut text = format!("{} rows", rows.len());
    if let Some(ceiling) = rows.ceiling() {
        let share = if ceiling.pairs == 0 { 1.0 } else { ceiling.findable as f64 / ceiling.pairs as f64 };
        let (pairs, hidden) = (ceiling.pairs, ceiling.pairs - ceiling.findable);
        text += &format!(", {pairs} true pairs, {hidden} of them beyond anyone; ceiling of recall {share:.5}");
    }
    for (name, count) in rows.trapped() {
        if count > 0 {
            text += &format!("\n  {name:<24} {count:>9} {:>7.3}%", 100.0 * count as f64 / rows.len() as f64);
        }
    }
    text
}

fn run() -> Result<(), String> {
    let arguments = arguments()?;
    let kind = KINDS.iter().find(|(name, _, _)| *name == arguments.kind);
    let (_, _, make) = kind.ok_or_else(|| format!("no kind {}", arguments.kind))?;
    let rows = make(arguments.request);
    let stem = arguments.out.with_extension("");
    let named = |end: &str| PathBuf::from(format!("{}{end}", stem.display()));
    let truth = arguments.truth.unwrap_or_else(|| named(".truth.csv"));
    let (files, told) = std::thread::scope(|scope| {
        let told = scope.spawn(|| written(&truth, |out| rows.write_truth(out)));
        let files = rows.files.iter().enumerate().try_for_each(|(at, file)| {
            let whole = file.suffix.is_empty();
            let path = if whole { arguments.out.clone() } else { named(&format!("_{}.csv", file.suffix)) };
            written(&path, |out| rows.write(at, out))
        });
        (files, told.join().expect("writing does not panic"))
    });
    files.and(told)?;
    eprintln!("{}", summary(&rows));
    Ok(())
}

fn main() -> ExitCode {
    // Among all benches there is nothing to write: `cargo bench` gives no argument, or a filter that is not ours.
    if !std::env::args().any(|word| ["--kind", "--out", "--truth", "--rows", "--seed"].contains(&word.as_str())) {
        eprintln!("{}", usage());
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}\n\n{}", usage());
            ExitCode::FAILURE
        }
    }
}
