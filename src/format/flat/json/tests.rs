use super::*;

fn read(json: &str) -> Flat {
    flat(json.as_bytes().to_vec(), None, Path::new("leads.json")).unwrap()
}

fn told(json: &[u8], inside: Option<&str>) -> String {
    flat(json.to_vec(), inside, Path::new("leads.json")).unwrap_err().to_string()
}

fn text(flat: &Flat) -> &str {
    std::str::from_utf8(&flat.text).unwrap()
}

#[test]
fn objects_become_records() {
    let cases = [
        ("[{\"a\":1,\"b\":\"x\"},{\"b\":\"y\",\"c\":true}]", "a,b,c\n1,x,\n,y,true\n"),
        ("{\"a\":1}\n{\"b\":2}\r\n\n{\"a\":3}", "a,b\n1,\n,2\n3,\n"),
        ("[{\"n\":{\"first\":\"Ana\",\"geo\":{\"city\":\"Sofia\"}},\"z\":null}]", "n.first,n.geo.city,z\nAna,Sofia,\n"),
        ("[{\"tags\":[\"a\",\"b, c\",3,null,1.5],\"e\":[]}]", "tags,e\n\"a, b, c, 3, 1.5\",\n"),
        ("[{\"h\":[{\"k\":1,\"j\":[2]}]}]", "h\n\"[{\"\"k\"\":1,\"\"j\"\":[2]}]\"\n"),
        ("{\"data\":[{\"a\":1}],\"paging\":{\"next\":2},\"total\":1}", "a\n1\n"),
        ("{\"errors\":[],\"results\":[{\"a\":1}],\"included\":[]}", "a\n1\n"),
        ("{\"data\":{\"user\":{\"id\":7},\"leads\":[{\"a\":1}]},\"errors\":null}", "a\n1\n"),
        ("{\"d\":{\"results\":[{\"a\":1},{\"a\":2}],\"__next\":\"x\"}}", "a\n1\n2\n"),
        ("{\"data\":{\"old\":[{\"b\":1}]},\"leads\":[{\"a\":1}]}", "a\n1\n"),
        ("{\"name\":\"Ana\",\"address\":{\"phones\":[{\"n\":1}]}}", "name,address.phones\nAna,\"[{\"\"n\"\":1}]\"\n"),
        ("{\n  \"results\": [\n    {\"a\": 1}\n  ]\n}", "a\n1\n"),
        ("{\"name\":\"Ana\",\"tags\":[\"x\"]}", "name,tags\nAna,x\n"),
        ("[{\"a\":1,\"a\":2}]", "a\n2\n"),
        (
            "[{\"phone\":359888123456,\"id\":12345678901234567890,\"v\":1e3,\"w\":0.1}]",
            "phone,id,v,w\n359888123456,12345678901234567890,1000,0.1\n",
        ),
        ("[{\"a\":\"line\\nbreak \\u00e9 \\ud83d\\ude00\"}]", "a\n\"line\nbreak é 😀\"\n"),
        ("[{\"a.b\":1,\"a\":{\"b\":2}}]", "a.b\n2\n"),
        ("\u{feff}[{\"a\":1}]", "a\n1\n"),
    ];
    for (json, expected) in cases {
        let flat = read(json);
        assert_eq!(text(&flat), expected, "{json}");
        assert!(flat.notes.rejects.is_empty(), "{json}");
    }
}

#[test]
fn other_encodings() {
    let utf16: Vec<u8> = "\u{feff}[{\"name\":\"Иван\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(text(&flat(utf16, None, Path::new("a.json")).unwrap()), "name\nИван\n");
    let latin = b"{\"name\":\"J\xfcrgen M\xfcller\"}\n{\"name\":\"Zo\xeb\"}\n".to_vec();
    assert_eq!(text(&flat(latin, None, Path::new("a.json")).unwrap()), "name\nJürgen Müller\nZoë\n");
}

#[test]
fn lines_that_are_no_objects_are_rejects() {
    let lines: String = (1..=200)
        .map(|line| match line % 10 {
            0 => "[1,2]\n".to_owned(),
            5 => format!("{{\"broken\": {line}\n"),
            7 => "\n".to_owned(),
            _ => format!("{{\"line\":{line}}}\n"),
        })
        .collect();
    let flat = read(&lines);
    let rejects: Vec<u64> = flat.notes.rejects.iter().map(|(place, ..)| *place).collect();
    assert_eq!(rejects, (1..=200).filter(|line| line % 5 == 0).collect::<Vec<u64>>());
    assert!(flat.notes.rejects.iter().all(|(_, code, _)| *code == RejectCode::MalformedRecord));
    let rows: Vec<&str> = text(&flat).lines().skip(1).collect();
    assert_eq!(rows.len(), 140);
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.parse(), Ok(flat.place(at as u64 + 2)));
    }
    assert!(text(&flat).starts_with("line\n"), "no column of a broken line");
    // The first line may be the broken one.
    let flat = read("{\"a\":1,\n{\"a\":2}\n");
    assert_eq!((text(&flat), flat.notes.rejects[0].0, flat.place(2)), ("a\n2\n", 1, 2));
    // In an array, records are counted.
    let flat = read("[{\"a\":1},\"x\",null,{\"a\":2}]");
    let rejects: Vec<(u64, &str)> = flat.notes.rejects.iter().map(|(place, _, text)| (*place, &text[..])).collect();
    assert_eq!((text(&flat), flat.place(2), flat.place(3)), ("a\n1\n2\n", 1, 4));
    assert_eq!(rejects, [(2, "\"x\""), (3, "null")]);
}

#[test]
fn what_cannot_be_a_table() {
    assert!(told(b"[{\"a\":1},", None).contains("not JSON as it should be: EOF while parsing"));
    assert!(told(b"[{\"a\":1}] x", None).contains("trailing characters at line 1 column 11"));
    let two = b"{\"leads\":[{\"a\":1}],\"deals\":[{\"b\":1}]}";
    assert_eq!(
        told(two, None),
        "`leads.json` holds more than one list: name one, as in `leads.json/leads` (there are leads, deals)"
    );
    assert!(told(two, Some("leeds")).contains("has no list `leeds`"));
    let nested = b"{\"data\":{\"leads\":[{\"a\":1}],\"deals\":[{\"b\":1}]}}";
    assert!(told(nested, None).contains("(there are data.leads, data.deals)"));
    assert_eq!(text(&flat(nested.to_vec(), Some("data.deals"), Path::new("a")).unwrap()), "b\n1\n");
    assert_eq!(text(&flat(two.to_vec(), Some("deals"), Path::new("a")).unwrap()), "b\n1\n");
    let deep = format!("[{{\"a\":{}1{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    assert!(told(deep.as_bytes(), None).contains("recursion limit"));
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert!(told(deep.as_bytes(), None).contains("recursion limit"));
    for blank in [&b"[]"[..], b"{}", b"[{}, {}]", b"{\"results\": []}"] {
        assert!(told(blank, None).contains("is empty"), "{}", String::from_utf8_lossy(blank));
    }
    let wide: String = (0..=MOST_COLUMNS).map(|key| format!("{{\"k{key}\":1}}\n")).collect();
    assert!(told(wide.as_bytes(), None).contains("different keys"));
    let blank: String = (0..9000).map(|key| format!("{{\"k{key}\":1}}\n")).collect();
    assert!(told(blank.as_bytes(), None).contains("most cells would be blank"));
}
