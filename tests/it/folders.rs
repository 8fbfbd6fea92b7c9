//! Folders and archives as people keep them: exports in subfolders, a read-me beside them, what systems leave behind.

use crate::ugly::build::zip;
use crate::workdir::Workdir;

const CSV: &str = "First Name,Last Name,Email\nAna,Kirova,ana@kirova.example\n";
const OTHER: &str = "First Name,Last Name,Email\nJan,Nowak,jan@nowak.example\n";
const README: &str = "Leads of the fair\n=================\n\nThese files were exported on Monday, by Ana.\n";
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n123";

fn pipeline(path: &str) -> String {
    format!("[[source]]\nname = \"a\"\npath = \"{path}\"\n")
}

fn names(workdir: &Workdir) -> Vec<String> {
    let mut names: Vec<String> = workdir.table("out/p/leads.csv").iter().map(|row| row["full_name"].clone()).collect();
    names.sort();
    names
}

#[test]
fn files_in_subfolders_are_told_and_read_when_asked() {
    let workdir = Workdir::new();
    workdir.file("in/may.csv", CSV).file("in/2026/q2/june.csv", OTHER).file("in/notes/todo.md", "x");
    workdir.file("in/.git/a.csv", CSV).file("in/__MACOSX/b.csv", CSV);
    // The results of a run are no exports.
    workdir.file("in/out/run.json", "{}").file("in/out/leads.csv", CSV);
    for path in ["in", "in/"] {
        workdir.file("p.toml", pipeline(path));
        let ran = workdir.succeed(&["check", "p.toml"]);
        let told = format!("warning[unread-subfolder]: the files in subfolders of `{path}` are not read: 2026\n");
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
        assert!(ran.stderr.contains("to read them, too, write `in/**/*`"), "{}", ran.stderr);
    }
    workdir.succeed(&["run", "p.toml"]);
    assert_eq!(names(&workdir), ["Ana Kirova"]);
    for arguments in [&["init", "in"][..], &["profile", "in"], &["dedupe", "in", "--dry-run"]] {
        let ran = workdir.succeed(arguments);
        let told = "warning: the files in subfolders of `in` are not read: 2026; to read them, too, write `in/**/*`";
        assert!(ran.stderr.contains(told), "{arguments:?}: {}", ran.stderr);
    }

    std::fs::remove_dir_all(workdir.path("in/out")).unwrap();
    workdir.file("p.toml", pipeline("in/**/*"));
    let ran = workdir.succeed(&["run", "p.toml"]);
    assert_eq!(names(&workdir), ["Ana Kirova", "Jan Nowak"], "{}", ran.stderr);
}

#[test]
fn a_folder_of_subfolders_alone_is_refused_with_the_way_in() {
    let workdir = Workdir::new();
    workdir.file("in/2026/june.csv", OTHER).file("p.toml", pipeline("in"));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("its subfolders do (2026); to read them, write `in/**/*`"), "{}", ran.stderr);
    let ran = workdir.run(&["profile", "in"]);
    assert!(ran.code == 2 && ran.stderr.contains("write `in/**/*`"), "{}", ran.stderr);
}

#[test]
fn what_systems_leave_behind_is_not_worth_a_word() {
    let workdir = Workdir::new();
    let left = ["._may.csv", ".DS_Store", "Thumbs.db", "desktop.ini", "~$book.xlsx", "__MACOSX/._may.csv"];
    let packed: Vec<(&str, &[u8])> = left.iter().map(|name| (*name, &b"\0\x05\x16\x07"[..])).collect();
    workdir.file(
        "zipped.zip",
        zip(&[&packed[..], &[("may.csv", CSV.as_bytes()), ("june.csv", OTHER.as_bytes())]].concat()),
    );
    workdir.file("in/may.csv", CSV).file("in/june.csv", OTHER);
    for name in left {
        workdir.file(&format!("in/{name}"), b"\0\x05\x16\x07");
    }
    for path in ["zipped.zip", "in", "in/*", "in/**/*"] {
        workdir.file("p.toml", pipeline(path));
        let ran = workdir.succeed(&["run", "p.toml"]);
        assert!(!ran.stderr.contains("warning"), "{path}: {}", ran.stderr);
        assert_eq!(names(&workdir), ["Ana Kirova", "Jan Nowak"], "{path}");
    }
}

#[test]
fn what_holds_no_table_is_left_out_beside_what_does() {
    let workdir = Workdir::new();
    let files: &[(&str, &[u8])] = &[
        ("may.csv", CSV.as_bytes()),
        ("README.txt", README.as_bytes()),
        ("LICENSE", b"You may do with this what you like, but\nat your own risk, and without any warranty.\n"),
        ("logo.png", PICTURE),
        ("meta.xml", b"<?xml version=\"1.0\"?>\n<export><name>leads</name></export>\n"),
        ("about.json", b"{\"version\": 2, \"exported\": \"2026-05-31\"}"),
    ];
    workdir.file("all.zip", zip(files));
    for (name, bytes) in files {
        workdir.file(&format!("in/{name}"), bytes);
    }
    let cases = [
        ("all.zip", "5 files hold no table and are left out: all.zip/LICENSE, all.zip/README.txt, all.zip/about.json,"),
        (
            "in/*",
            "5 files hold no table and are left out: in/LICENSE, in/README.txt, in/about.json, in/logo.png, in/meta.xml",
        ),
        ("in", "2 files hold no table and are left out: in/README.txt, in/about.json"),
    ];
    for (path, told) in cases {
        workdir.file("p.toml", pipeline(path));
        let ran = workdir.succeed(&["run", "p.toml"]);
        assert!(ran.stderr.contains(&format!("warning[no-table]: {told}")), "{path}: {}", ran.stderr);
        assert_eq!(names(&workdir), ["Ana Kirova"], "{path}");
        for verb in ["init", "profile"] {
            let ran = workdir.succeed(&[verb, path]);
            assert!(ran.stderr.contains(&format!("warning: {told}")), "{verb} {path}: {}", ran.stderr);
        }
        let ran = workdir.succeed(&["dedupe", path, "--out", "out/d"]);
        assert!(ran.stderr.contains(told), "{path}: {}", ran.stderr);
        assert!(!workdir.succeed(&["dedupe", path, "--out", "out/d", "--quiet"]).stderr.contains("left out"));
    }
}

#[test]
fn where_nothing_is_usable_each_is_told_for_what_it_is() {
    let workdir = Workdir::new();
    workdir.file("in/README.txt", README).file("in/logo.png", PICTURE).file("p.toml", pipeline("in/*"));
    let ran = workdir.run(&["run", "p.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`in/logo.png` is a picture, not a table"), "{}", ran.stderr);
    assert!(ran.stderr.contains("no column of in/README.txt is a name"), "{}", ran.stderr);
    let ran = workdir.run(&["profile", "in/README.txt", "in/logo.png"]);
    assert!(ran.code == 2 && ran.stderr.contains("is a picture, not a table"), "{}", ran.stderr);
    // Alone, a text is looked at as it is.
    workdir.succeed(&["profile", "in/README.txt"]);
}

#[test]
fn what_is_called_a_table_is_never_left_out() {
    let login = "<!DOCTYPE html><html><body><h1>Log in</h1></body></html>";
    for (name, bytes) in [("june.csv", login), ("june.xls", login), ("june.csv", README)] {
        let workdir = Workdir::new();
        workdir.file("in/may.csv", CSV).file(&format!("in/{name}"), bytes).file("p.toml", pipeline("in"));
        let ran = workdir.run(&["run", "p.toml"]);
        assert!(ran.code == 2 && ran.stderr.contains("june."), "{name}: {}", ran.stderr);
    }
}
