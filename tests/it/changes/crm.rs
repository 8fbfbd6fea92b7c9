//! A small CRM: tables as CSV text, and an importer that does what a manifest says.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// An object of the CRM.
pub(super) struct Object {
    /// As the files name it.
    pub(super) name: &'static str,
    /// Columns, the CRM's own id the first.
    pub(super) columns: &'static [&'static str],
    /// What new ids begin with.
    pub(super) ids: &'static str,
    /// What a new record has where a file does not say.
    pub(super) defaults: &'static [(&'static str, &'static str)],
    /// Column of the file, column of the table, object that it refers to by our id, and the column shown of it.
    pub(super) references: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Ties: the name of the file's object, the column that is set, and the object whose id it gets.
    pub(super) ties: &'static [(&'static str, &'static str, &'static str)],
}

/// A record by column.
pub(super) type Record = BTreeMap<&'static str, String>;

/// The tables.
#[derive(Clone)]
pub(super) struct Crm {
    pub(super) objects: &'static [Object],
    /// The field of our ids.
    pub(super) key: &'static str,
    /// What empties a field, if anything does.
    pub(super) empty: Option<&'static str>,
    /// Whether a blank cell of an update empties the field, too: products differ, and it must not matter.
    pub(super) blanks_empty: bool,
    pub(super) tables: BTreeMap<&'static str, Vec<Record>>,
    /// Records made so far.
    made: usize,
}

impl Crm {
    pub(super) fn new(objects: &'static [Object], key: &'static str, empty: Option<&'static str>) -> Self {
        let tables = objects.iter().map(|object| (object.name, Vec::new())).collect();
        Self { objects, key, empty, blanks_empty: false, tables, made: 0 }
    }

    /// Adds a record.
    pub(super) fn put(&mut self, object: &'static str, cells: &[(&'static str, &str)]) {
        let mut record: Record = self.object(object).columns.iter().map(|column| (*column, String::new())).collect();
        for (column, cell) in cells {
            *record.get_mut(column).unwrap_or_else(|| panic!("{object} has no {column}")) = (*cell).to_owned();
        }
        self.tables.get_mut(object).unwrap().push(record);
    }

    /// A table as an export of it.
    pub(super) fn export(&self, object: &str, wanted: impl Fn(&Record) -> bool) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = self.object(object).columns;
        writer.write_record(columns).unwrap();
        for record in self.tables[object].iter().filter(|record| wanted(record)) {
            writer.write_record(columns.iter().map(|column| &record[column])).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    /// All tables, to be compared.
    pub(super) fn bytes(&self) -> String {
        self.objects.iter().map(|object| format!("{}\n{}", object.name, self.export(object.name, |_| true))).collect()
    }

    fn object(&self, name: &str) -> &'static Object {
        self.objects.iter().find(|object| object.name == name).unwrap_or_else(|| panic!("there is no object {name}"))
    }

    /// Loads the files of a list of the manifest, in their order.
    pub(super) fn load(&mut self, folder: &Path, manifest: &Value, list: &str) {
        for entry in manifest[list].as_array().unwrap() {
            let text = |key: &str| entry[key].as_str().unwrap().to_owned();
            let content = std::fs::read_to_string(folder.join(text("name"))).unwrap();
            let content = content.strip_prefix('\u{feff}').unwrap_or(&content).to_owned();
            let mut reader = csv::Reader::from_reader(content.as_bytes());
            let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
            let rows: Vec<Vec<String>> =
                reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            assert_eq!(entry["rows"], rows.len(), "{}", text("name"));
            assert_eq!(entry["key"][0], header[0].as_str(), "{}", text("name"));
            for row in &rows {
                self.row(&text("operation"), &text("object"), &header, row, list == "undo");
            }
        }
    }

    fn row(&mut self, operation: &str, name: &str, header: &[String], row: &[String], undo: bool) {
        match operation {
            "upsert" => {
                assert_eq!(header[0], self.key);
                assert!(!row[0].is_empty(), "{name}: a record without a key");
                let at = self.find(name, self.key, &row[0]).unwrap_or_else(|| self.create(name));
                self.set(name, at, header, row, true);
            }
            "update" => {
                let at = self.find(name, &header[0], &row[0]).unwrap_or_else(|| panic!("{name}: no {}", row[0]));
                self.set(name, at, &header[1..], &row[1..], undo);
            }
            "clear" => {
                let at = self.find(name, &header[0], &row[0]).unwrap_or_else(|| panic!("{name}: no {}", row[0]));
                let column = self.column(name, &header[1]);
                self.tables.get_mut(name).unwrap()[at].insert(column, String::new());
            }
            "delete" => {
                let at = self.find(name, &header[0], &row[0]).unwrap_or_else(|| panic!("{name}: no {}", row[0]));
                self.delete(name, at);
            }
            "associate" | "dissociate" => {
                let tie = |object: &'static Object| Some((object, object.ties.iter().find(|tie| tie.0 == name)?));
                let (object, (_, column, to)) = self.objects.iter().find_map(tie).unwrap();
                let at = self.find(object.name, self.key, &row[0]).unwrap_or_else(|| panic!("{name}: no {}", row[0]));
                let other = self.find(to, self.key, &row[1]).unwrap_or_else(|| panic!("{name}: no {}", row[1]));
                let id = self.tables[to][other][self.object(to).columns[0]].clone();
                let is = if operation == "associate" { id } else { String::new() };
                self.tables.get_mut(object.name).unwrap()[at].insert(column, is);
            }
            "opt_out" => {
                for contact in self.tables.get_mut("Contacts").unwrap().iter_mut().filter(|it| it["Email"] == row[0]) {
                    contact.insert("Unsubscribed from all email", "true".to_owned());
                }
            }
            other => panic!("what is {other}?"),
        }
    }

    fn find(&self, name: &str, column: &str, value: &str) -> Option<usize> {
        let column = self.column(name, column);
        let found: Vec<usize> =
            (0..self.tables[name].len()).filter(|&at| self.tables[name][at][column] == value).collect();
        assert!(found.len() < 2, "{name}: {value} is not unique");
        found.first().copied()
    }

    fn column(&self, name: &str, column: &str) -> &'static str {
        let found = self.object(name).columns.iter().find(|known| **known == column);
        found.unwrap_or_else(|| panic!("{name} has no field {column}"))
    }

    fn create(&mut self, name: &str) -> usize {
        let object = self.object(name);
        let mut record: Record = object.columns.iter().map(|column| (*column, String::new())).collect();
        self.made += 1;
        record.insert(object.columns[0], format!("{}{:04}", object.ids, self.made));
        record.extend(object.defaults.iter().map(|(column, value)| (*column, (*value).to_owned())));
        let table = self.tables.get_mut(name).unwrap();
        table.push(record);
        table.len() - 1
    }

    /// An update that brings something in has a blank only where the CRM has one.
    fn set(&mut self, name: &str, at: usize, header: &[String], row: &[String], blanks: bool) {
        for (column, cell) in header.iter().zip(row) {
            let reference = self.object(name).references.iter().find(|reference| reference.0 == column);
            let (column, value) = match reference {
                Some((_, column, to, shown)) if !cell.is_empty() => {
                    // Leads are referred to by the CRM's own id.
                    let by = if *to == "Lead" { self.object(to).columns[0] } else { self.key };
                    let other = self.find(to, by, cell).unwrap_or_else(|| panic!("{name}: no {to} {cell}"));
                    (*column, self.tables[to][other][shown].clone())
                }
                Some((_, column, ..)) => (*column, String::new()),
                None => (self.column(name, column), cell.clone()),
            };
            if !value.is_empty() && self.empty != Some(value.as_str()) {
                self.refuse(name, column, &value);
            }
            self.refuse_second(name, at, column, &value);
            let record = &mut self.tables.get_mut(name).unwrap()[at];
            if value.is_empty() {
                assert!(blanks || record[column].is_empty(), "{name}: {column} is {} and gets a blank", record[column]);
                if self.blanks_empty {
                    record.insert(column, value);
                }
            } else {
                let is_empty = self.empty == Some(value.as_str());
                record.insert(column, if is_empty { String::new() } else { value });
            }
        }
    }

    /// What no two records have: our id; in HubSpot an e-mail address.
    fn refuse_second(&self, name: &str, at: usize, column: &str, value: &str) {
        let is_address = name == "Contacts" && column == "Email";
        if value.is_empty() || self.tables[name][at][column] == value || (column != self.key && !is_address) {
            return;
        }
        let others = self.tables[name].iter().filter(|record| record[column].eq_ignore_ascii_case(value)).count();
        assert_eq!(others, 0, "{name}: another record has the {column} {value}");
    }

    /// What the product's importer does not take.
    fn refuse(&self, name: &str, column: &str, value: &str) {
        let most = match (self.key, column) {
            ("Leadmill_Id__c", "OwnerId") => {
                assert!(value.starts_with("005"), "{name}: {value} is no id of a user");
                18
            }
            ("Leadmill_Id__c", "FirstName" | "Phone" | "MobilePhone") => 40,
            ("Leadmill_Id__c", "LastName" | "Email" | "Country" | "BillingCountry") => 80,
            ("Leadmill_Id__c", "Company" | "Name") => 255,
            ("Leadmill_Id__c", "Title") => 128,
            ("Leadmill Id", "First Name" | "Last Name" | "Business Phone") => 50,
            ("Leadmill Id", "Mobile Phone") => 20,
            ("Leadmill Id", "Email" | "Job Title") => 100,
            ("Leadmill Id", "Account Name") => 160,
            _ => 65_536,
        };
        let length = value.encode_utf16().count();
        assert!(length <= most, "{name}: {column} takes {most} characters, not {length}: {value}");
        let is_address = !matches!(column, "Email") || (value.contains('@') && !value.ends_with('…'));
        assert!(is_address, "{name}: {value} is no e-mail address");
    }

    /// What was tied to a record is so no longer.
    fn delete(&mut self, name: &str, at: usize) {
        let record = self.tables.get_mut(name).unwrap().remove(at);
        let id = &record[self.object(name).columns[0]];
        for object in self.objects {
            for (_, column, _) in object.ties.iter().filter(|tie| tie.2 == name) {
                let table = self.tables.get_mut(object.name).unwrap();
                table.iter_mut().filter(|it| it[column] == *id).for_each(|it| drop(it.insert(column, String::new())));
            }
        }
    }
}
