//! Review files that went through a spreadsheet, or another program's hands.

use super::Project;
use crate::ugly::build::{xlsx, zip};
use crate::workdir::Row;

const ANA: &str =
    "1,Ana Kirova,Acme,BG,ana@acme.example,9000,9000,EUR,\n2,Eva Lind,Beta,SE,eva@beta.example,9000,8000,EUR,\n";
/// Ids that a spreadsheet takes for numbers.
const ACCOUNTS: &str =
    "account_id,company,country\n00123,Acme Ltd,BG\n00456,Acme GmbH,BG\n70001,Beta AB,SE\n70002,Beta Oy,SE\n";

/// The review file of a run with answers to two questions: its names and rows, as a person sees them.
fn filled() -> (Project, Vec<String>, Vec<Vec<String>>) {
    let project = Project::new(ANA, &[("accounts", ACCOUNTS)]);
    project.run("");
    assert_eq!(project.asked().len(), 4);
    let answered = |row: &Row| {
        let word = match row["right_id"].as_str() {
            "00456" => "match",
            "70001" => "distinct",
            _ => "",
        };
        let cell = |(name, cell): (&String, &String)| if name == "decision" { word.to_owned() } else { cell.clone() };
        row.iter().map(cell).collect::<Vec<String>>()
    };
    let review = project.table("review");
    let names = review[0].keys().cloned().collect();
    (project, names, review.iter().map(answered).collect())
}

/// What both answers come to, however the file is written.
fn prove(project: &Project, decisions: &str) {
    project.run(decisions);
    let decided = project.decided();
    assert_eq!(decided["1"], "qualified conditions_met: 00456 new new", "{decisions}");
    assert_eq!(decided["2"], "qualified conditions_met: 70002 new new", "{decisions}");
    let outcomes = project.outcomes();
    assert!(outcomes.len() == 2 && outcomes.iter().all(|it| it.ends_with(" applied")), "{decisions}: {outcomes:?}");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `A`, `Z`, `AA` …
fn column(at: usize) -> String {
    let letter = |at: usize| char::from(b'A' + at as u8).to_string();
    if at < 26 { letter(at) } else { format!("{}{}", letter(at / 26 - 1), letter(at % 26)) }
}

/// A cell as a spreadsheet keeps it that takes whatever looks like a number for one.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

#[test]
fn a_workbook_of_excel() {
    let (project, names, rows) = filled();
    // A title above, a column of remarks in front, blank rows between, and the rows sorted otherwise.
    let mut lines: Vec<Vec<String>> = vec![vec!["Remarks".to_owned()].into_iter().chain(names).collect()];
    for row in rows.into_iter().rev() {
        lines.push(vec![String::new(); row.len() + 1]);
        lines.push(vec!["ask Jan".to_owned()].into_iter().chain(row).collect());
    }
    let sheet: String = lines
        .iter()
        .zip(1..)
        .map(|(cells, number)| {
            let cells = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(at, cell)| {
                let place = format!("{}{number}", column(at));
                match is_number(cell) {
                    true => format!("<c r=\"{place}\"><v>{}</v></c>", cell.parse::<f64>().unwrap()),
                    false => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(cell)),
                }
            });
            format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
        })
        .collect();
    assert!(sheet.contains("<v>456</v>"), "the id is a number by now");
    project.workdir.file("answers.xlsx", xlsx(&[("review", false, &sheet)]));
    prove(&project, "\"answers.xlsx\"");
    let told: Vec<(String, String)> =
        project.table("verdicts").into_iter().map(|row| (row["right_id"].clone(), row["line"].clone())).collect();
    let lines: Vec<&str> = told.iter().map(|(_, line)| line.as_str()).collect();
    assert!(
        told.iter().any(|(id, _)| id == "456") && lines.iter().all(|line| line.parse::<u32>().unwrap() % 2 == 1),
        "{told:?}"
    );
}

#[test]
fn a_workbook_of_libreoffice() {
    let (project, names, rows) = filled();
    let cell = |text: &String| match (text.is_empty(), is_number(text)) {
        (true, _) => "<table:table-cell/>".to_owned(),
        (_, true) => {
            let number = text.parse::<f64>().unwrap();
            format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
            )
        }
        _ => format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
            escaped(text)
        ),
    };
    let lines = std::iter::once(&names)
        .chain(&rows)
        .map(|cells| format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>()));
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.3\"><office:body>\
         <office:spreadsheet><table:table table:name=\"review\">{}</table:table></office:spreadsheet></office:body>\
         </office:document-content>",
        lines.collect::<String>()
    );
    let manifest = "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let files = [
        ("mimetype", kind.as_bytes()),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ];
    project.workdir.file("answers.ods", zip(&files));
    prove(&project, "\"answers.ods\"");
}

#[test]
fn text_in_another_dialect() {
    let (project, names, rows) = filled();
    let text = |delimiter: &str, quote: &dyn Fn(&str) -> String| {
        let line = |cells: &Vec<String>| cells.iter().map(|cell| quote(cell)).collect::<Vec<_>>().join(delimiter);
        std::iter::once(&names).chain(&rows).map(|cells| line(cells) + "\r\n").collect::<String>()
    };
    let quoted = |cell: &str| if cell.contains([',', ';']) { format!("\"{cell}\"") } else { cell.to_owned() };
    let semicolons = text(";", &quoted);
    project.workdir.file("excel.csv", [b"\xef\xbb\xbf", semicolons.as_bytes()].concat());
    prove(&project, "\"excel.csv\"");
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text("\t", &quoted).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    project.workdir.file("unicode.txt", utf16);
    prove(&project, "\"unicode.txt\"");
    // Ids as a spreadsheet shows them, and as it keeps them from being numbers.
    for (from, to) in [("00456", "456"), ("00456", "456.0"), ("00456", "'00456"), ("70001", "\"=\"\"70001\"\"\"")] {
        project.workdir.file("ids.csv", text(",", &quoted).replace(from, to));
        prove(&project, "\"ids.csv\"");
    }
    project
        .workdir
        .file("upper.csv", text(",", &quoted).replace("right_id", "RIGHT_ID").replace("decision", " Decision "));
    prove(&project, "\"upper.csv\"");
}

#[test]
fn files_of_the_same_form_as_before_there_were_records() {
    let leads =
        "1,Ana Kirova,,BG,ana@kirova.example,9000,9000,EUR,\n2,Anna Kirova,,BG,ana@kirova.example,9000,4000,EUR,\n";
    let project = Project::new(leads, &[]);
    project.run("");
    let [one, two] = ["1", "2"].map(|id| project.row_id(id).to_lowercase());
    project.workdir.file("answers.csv", format!("left_id,right_id,decision\n{one},{two},same\n,,\n"));
    project.run("\"answers.csv\"");
    assert_eq!((project.table("leads").len(), project.outcomes()), (1, vec!["answers.csv:2 applied".to_owned()]));
    assert_eq!(project.table("verdicts")[0]["kind"], "lead");
}
