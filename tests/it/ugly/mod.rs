//! Ugly inputs, and exactly what becomes of each: every row a lead or a reject, every value that was lost told with its
//! place, or one sentence why the file cannot be used. Each case is a run of the program, with a bound on its memory and
//! time.

pub(crate) mod build;
mod delimited;
mod encodings;
mod packed;
mod places;
mod records;
mod workbooks;

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::workdir::{Ran, Workdir};

/// What a case may take. The memory is what the program asks for, not what it uses.
const KILOBYTES: u64 = 3 << 20;
const TIME: Duration = Duration::from_secs(60);

/// An input, and what becomes of it.
pub(crate) struct Case {
    name: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    /// What else stands in the folder: links, pipes.
    prepare: fn(&Workdir),
    path: &'static str,
    /// What is piped to the program.
    piped: Vec<u8>,
    /// More keys of the source.
    keys: &'static str,
    columns: &'static [&'static str],
    /// Lines and cells: `2: 1|Ana`.
    rows: Vec<String>,
    /// Rejects and findings: `reject 3 long_row: 1,2,3`, `finding 3 Name undecodable_text: M�ller`.
    told: Vec<String>,
    /// The sentence where nothing is read; or the warning beside what is.
    sentence: Option<&'static str>,
    is_refused: bool,
}

/// A case of one file.
fn case(name: &'static str, file: &'static str, bytes: impl Into<Vec<u8>>) -> Case {
    Case {
        name,
        files: vec![(file, bytes.into())],
        prepare: |_| {},
        path: file,
        piped: Vec::new(),
        keys: "",
        columns: &["ID", "Name"],
        rows: Vec::new(),
        told: Vec::new(),
        sentence: None,
        is_refused: false,
    }
}

impl Case {
    fn and(mut self, file: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((file, bytes.into()));
        self
    }

    fn prepared(mut self, prepare: fn(&Workdir)) -> Self {
        self.prepare = prepare;
        self
    }

    fn path(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    fn piped(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.piped = bytes.into();
        self
    }

    fn keys(mut self, keys: &'static str) -> Self {
        self.keys = keys;
        self
    }

    fn columns(mut self, columns: &'static [&'static str]) -> Self {
        self.columns = columns;
        self
    }

    fn rows(mut self, rows: &[&str]) -> Self {
        self.rows = rows.iter().map(|&row| row.to_owned()).collect();
        self
    }

    fn told(mut self, told: &[&str]) -> Self {
        self.told = told.iter().map(|&one| one.to_owned()).collect();
        self
    }

    fn warned(mut self, sentence: &'static str) -> Self {
        self.sentence = Some(sentence);
        self
    }

    fn refused(self, sentence: &'static str) -> Self {
        Self { is_refused: true, ..self.warned(sentence) }
    }

    /// The pipeline: the columns as they are, and every row that has anything is a lead.
    fn pipeline(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let columns = self.columns.iter().enumerate().map(|(at, name)| format!("c_{at} = {}", quoted(name)));
        format!(
            "[[source]]\nname = \"a\"\npath = {}\ninfer = false\ncolumns = {{ {} }}\n{}\n\
             [load]\nname = \"none\"\nmax_rejects = \"100%\"\n[dedupe]\nenabled = false\n\
             [write]\ntables = [\"lead_members\", \"rejects\", \"findings\"]\nformats = [\"csv\"]\n",
            quoted(self.path),
            columns.collect::<Vec<_>>().join(", "),
            self.keys
        )
    }

    /// What is not as it should be.
    fn faults(&self) -> Vec<String> {
        let workdir = Workdir::new();
        for (name, bytes) in &self.files {
            workdir.file(name, bytes);
        }
        (self.prepare)(&workdir);
        workdir.file("p.toml", self.pipeline());
        let Some(ran) = bounded(&workdir, &["run", "p.toml"], &self.piped) else {
            return vec!["it takes too long".to_owned()];
        };
        let mut faults = Vec::new();
        let mut fault = |what: &str, found: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
            let [found, expected] =
                [found, expected].map(|told| format!("{told:#?}").chars().take(3_000).collect::<String>());
            faults.push(format!("{what}\n   found    {found}\n   expected {expected}"));
        };
        let code = if self.is_refused { 2 } else { 0 };
        if ran.code != code || ran.stderr.contains("panicked") || ran.stderr.contains("bug in leadmill") {
            fault("exit code", &(ran.code, &ran.stderr), &code);
            return faults;
        }
        if let Some(sentence) = self.sentence {
            let sentences: Vec<&str> =
                ran.stderr.lines().filter_map(|line| line.split_once("]: ")).map(|line| line.1).collect();
            if sentences != [sentence] {
                fault("sentence", &sentences, &sentence);
            }
        }
        if self.is_refused {
            if workdir.path("out").exists() {
                fault("output", &"some", &"none");
            }
            // Other doors, the same sentence.
            let told = self.sentence.filter(|_| self.keys.is_empty());
            let profile = told.map(|_| bounded(&workdir, &["profile", self.path], &self.piped));
            let profile = profile.map(|ran| ran.map(|ran| (ran.code, ran.stderr.replacen("error: ", "", 1))));
            if profile != told.map(|sentence| Some((2, format!("{sentence}\n")))) {
                fault("profile", &profile, &told);
            }
            return faults;
        }
        let rows = self.read(&workdir, "lead_members");
        if rows != self.rows {
            fault("rows", &rows, &self.rows);
        }
        let told = [self.read(&workdir, "rejects"), self.read(&workdir, "findings")].concat();
        if told != self.told {
            fault("told", &told, &self.told);
        }
        let counts = &workdir.summary("out/p")["load"];
        let counts: Vec<u64> =
            ["rows", "leads", "rejects", "findings"].map(|count| counts[count].as_u64().unwrap()).to_vec();
        let rejects = told.iter().filter(|told| told.starts_with("reject")).count() as u64;
        let expected = vec![rows.len() as u64 + rejects, rows.len() as u64, rejects, told.len() as u64 - rejects];
        if counts != expected {
            fault("rows, leads, rejects, findings", &counts, &expected);
        }
        faults
    }

    /// The rows of a table, in the notation of a case, by file and line.
    fn read(&self, workdir: &Workdir, table: &str) -> Vec<String> {
        let mut rows = workdir.table(&format!("out/p/{table}.csv"));
        rows.sort_by_key(|row| (row["file"].clone(), row["line"].parse::<u64>().unwrap()));
        let several = rows.iter().any(|row| row["file"] != rows[0]["file"]);
        let told = |row: &BTreeMap<String, String>| {
            let place = if several { format!("{} {}", row["file"], row["line"]) } else { row["line"].clone() };
            let field = row.get("field").map_or("", String::as_str);
            let at = field.strip_prefix("c_").and_then(|at| at.parse::<usize>().ok());
            let field = at.map_or(String::new(), |at| format!(" {}", self.columns[at]));
            match table {
                "lead_members" => {
                    let cells = (0..self.columns.len()).map(|at| visible(&row[&format!("raw_c_{at}")]));
                    format!("{place}: {}", cells.collect::<Vec<_>>().join("|"))
                }
                "rejects" => format!("reject {place} {}: {}", row["code"], visible(&row["text"])),
                _ => format!("finding {place}{field} {}: {}", row["code"], visible(&row["text"])),
            }
        };
        rows.iter().map(told).collect()
    }
}

/// A cell with what cannot be seen written out, and a long one shortened.
fn visible(cell: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\'' | '\\' => c.to_string(),
        '\u{a0}' | '\u{ad}' => c.escape_unicode().to_string(),
        _ => c.escape_debug().to_string(),
    };
    match cell.char_indices().nth(100) {
        Some((end, _)) => format!("{}… {} bytes", cell[..end].chars().map(escaped).collect::<String>(), cell.len()),
        None => cell.chars().map(escaped).collect(),
    }
}

/// What the program does with so much memory at most; none where it does not come to an end.
fn bounded(workdir: &Workdir, arguments: &[&str], piped: &[u8]) -> Option<Ran> {
    let program = workdir.command(arguments);
    let mut command = Command::new("sh");
    let limit = if cfg!(target_os = "linux") { format!("ulimit -v {KILOBYTES}; ") } else { String::new() };
    command.args(["-c", &format!("{limit}exec \"$0\" \"$@\"")]).arg(program.get_program()).args(program.get_args());
    command.current_dir(workdir.path("")).env("NO_COLOR", "1");
    let stdin = std::fs::File::open(workdir.file("stdin", piped).path("stdin")).unwrap();
    let [out, errors] = ["stdout", "stderr"].map(|name| std::fs::File::create(workdir.path(name)).unwrap());
    let mut child = command.stdin(stdin).stdout(out).stderr(errors).spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begun.elapsed() > TIME => {
                child.kill().unwrap();
                child.wait().unwrap();
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let [stdout, stderr] = ["stdout", "stderr"]
        .map(|name| String::from_utf8_lossy(&std::fs::read(workdir.path(name)).unwrap()).into_owned());
    Some(Ran { code: status.code().unwrap_or(-1), stdout, stderr })
}

fn check(cases: &[Case]) {
    let faults: Vec<String> = cases
        .iter()
        .flat_map(|case| case.faults().into_iter().map(|fault| format!("{}: {fault}", case.name)))
        .collect();
    assert!(faults.is_empty(), "{} faults in {} cases\n\n{}", faults.len(), cases.len(), faults.join("\n\n"));
}

macro_rules! tables {
    ($($table:ident),*) => {
        $(#[test] fn $table() { check(&$table::cases()); })*

        #[test]
        fn the_table_is_long() {
            let all = [$($table::cases().len()),*];
            assert!(all.iter().sum::<usize>() >= 200, "{all:?}");
        }
    };
}

tables!(delimited, encodings, packed, places, records, workbooks);
