//! What stands under a path: no file, no readable one, several, or one that would never end.

#[cfg(unix)]
use std::os::unix::ffi::OsStrExt;

use super::build::{export, zip};
use super::{Case, case};
use crate::workdir::Workdir;

const CSV: &str = "ID,Name\n1,Ana\n";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = anywhere();
    if cfg!(unix) {
        cases.extend(on_unix());
    }
    cases
}

fn anywhere() -> Vec<Case> {
    let one = &["2: 1|Ana"][..];
    vec![
        case("a file that is not there", "leads.csv", CSV).path("leeds.csv").refused("there is no file `leeds.csv`"),
        case("a file in a folder that is not there", "leads.csv", CSV)
            .path("in/leads.csv")
            .refused("there is no file `in/leads.csv`"),
        case("a file in a file", "leads.csv", CSV)
            .path("leads.csv/Leads")
            .refused("`leads.csv/Leads` cannot be read: it is a text file and has no part `Leads`"),
        case("a folder", "in/leads.csv", CSV).path("in").rows(one),
        case("a folder of nothing", "in/readme.md", "x")
            .path("in")
            .refused("the folder `in` has no file that could be an export"),
        case("a pattern that matches nothing", "leads.csv", CSV).path("*.xlsx").refused("no file matches `*.xlsx`"),
        case("a pattern that is none", "leads.csv", CSV)
            .path("[.csv")
            .refused("`[.csv` cannot be matched: Pattern syntax error near position 2: invalid range pattern"),
        case("a pattern over several files", "may.csv", CSV)
            .and("june.csv", "Name;ID\nJan;2\n")
            .and(".hidden.csv", "x\n1\n")
            .and("old/april.csv", "x\n1\n")
            .path("*.csv")
            .rows(&["june.csv 2: 2|Jan", "may.csv 2: 1|Ana"]),
        case("an empty file beside others", "may.csv", CSV)
            .and("june.csv", "")
            .path("*.csv")
            .rows(one)
            .warned("`june.csv` is empty: it has no header line; it is left out"),
        case("what Excel leaves beside an open workbook", "in/~$leads.xlsx", vec![0; 165])
            .and("in/leads.csv", CSV)
            .path("in")
            .rows(one),
        case("a name with brackets and blanks", "Leads [may] (1).csv", CSV).rows(one),
        case("a name in Cyrillic", "клиенти – май.csv", CSV).rows(one),
        case("a name without an ending", "leads", CSV).rows(one),
        case("a folder that is called .csv", "x.csv/leads.csv", CSV).path("x.csv").rows(one),
        case(
            "an archive of several in a pattern",
            "in/a.zip",
            zip(&[("x.csv", CSV.as_bytes()), ("y.csv", b"ID,Name\n2,Jan\n")]),
        )
        .and("in/b.csv", "ID,Name\n3,Eva\n")
        .path("in/*")
        .rows(&["in/a.zip/x.csv 2: 1|Ana", "in/a.zip/y.csv 2: 2|Jan", "in/b.csv 2: 3|Eva"]),
    ]
}

fn on_unix() -> Vec<Case> {
    vec![
        case("a pipe", "x.csv", CSV)
            .prepared(|workdir| {
                assert!(std::process::Command::new("mkfifo").arg(workdir.path("pipe.csv")).status().unwrap().success());
            })
            .path("pipe.csv")
            .refused(
                "`pipe.csv` is a pipe or a device, not a file; name a file, or `-` for what is piped to this program",
            ),
        case("a pipe in a folder", "in/x.csv", CSV)
            .prepared(|workdir| {
                assert!(
                    std::process::Command::new("mkfifo").arg(workdir.path("in/pipe.csv")).status().unwrap().success()
                );
            })
            .path("in")
            .rows(&["2: 1|Ana"]),
        case("a device that never ends", "x.csv", CSV).path("/dev/zero").refused(
            "`/dev/zero` is a pipe or a device, not a file; name a file, or `-` for what is piped to this program",
        ),
        case("standard input", "x.csv", CSV).piped(CSV).path("-").rows(&["2: 1|Ana"]),
        case("a workbook on standard input", "x.csv", CSV)
            .piped(export("xlwt.xls"))
            .path("-")
            .keys("sheet = \"Контакти\"")
            .columns(&["ID", "First Name"])
            .rows(&["2: 001|Ana", "3: 002|Jürgen", "4: 003|Мария"]),
        case("an archive on standard input", "x.csv", CSV)
            .piped(zip(&[("x.csv", CSV.as_bytes()), ("y.csv", b"ID,Name\n2,Jan\n")]))
            .path("-")
            .rows(&["'-/x.csv 2: 1|Ana", "'-/y.csv 2: 2|Jan"]),
        case("nothing on standard input", "x.csv", CSV).path("-").refused("`-` is empty: it has no header line"),
        case("a link", "x.csv", CSV)
            .prepared(|workdir| link(workdir, "x.csv", "link.csv"))
            .path("link.csv")
            .rows(&["2: 1|Ana"]),
        case("a link to nothing", "x.csv", CSV)
            .prepared(|workdir| link(workdir, "gone.csv", "link.csv"))
            .path("link.csv")
            .refused("`link.csv` is a link to `gone.csv`, and nothing is there"),
        case("a link to itself", "x.csv", CSV)
            .prepared(|workdir| link(workdir, "loop.csv", "loop.csv"))
            .path("loop.csv")
            .refused("cannot read `loop.csv`: Too many levels of symbolic links (os error 40)"),
        case("the same file twice", "a.csv", CSV)
            .prepared(|workdir| link(workdir, "a.csv", "b.csv"))
            .path("*.csv")
            .rows(&["2: 1|Ana"]),
        case("a name that is not UTF-8", "in/x.txt", "x")
            .prepared(|workdir| {
                let name = std::ffi::OsStr::from_bytes(b"in/m\xe4rz.csv");
                std::fs::write(workdir.path("").join(name), CSV).unwrap();
                std::fs::remove_file(workdir.path("in/x.txt")).unwrap();
            })
            .path("in")
            .rows(&["2: 1|Ana"]),
        case("a name of a device of Windows", "con.csv", CSV).rows(&["2: 1|Ana"]),
    ]
}

fn link(workdir: &Workdir, target: &str, name: &str) {
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, workdir.path(name)).unwrap();
    #[cfg(not(unix))]
    let _ = (workdir, target, name);
}
