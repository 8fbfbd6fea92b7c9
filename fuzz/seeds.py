"""Fills corpus/ with small inputs for every target, from the exports and samples of the repository.

    python3 fuzz/seeds.py
"""

import gzip
import pathlib
import re
import struct
import zipfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
EXPORTS = ROOT / "tests" / "exports"
MOST = 60_000


def seed(target, name, content):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    if len(content) <= MOST:
        (folder / f"seed-{name}").write_bytes(content)


def parts(files):
    return b"\n".join(b"%%%% " + name.encode() + b"\n" + content for name, content in files)


def of_archive(path):
    with zipfile.ZipFile(path) as archive:
        return parts([(name, archive.read(name)) for name in archive.namelist() if not name.endswith(("/", ".png"))])


def delimited():
    files = [*sorted((ROOT / "sample_data").glob("*.csv")), ROOT / "sample_data" / "act_contacts.txt"]
    for file in files:
        head = b"".join(file.read_bytes().splitlines(keepends=True)[:6])
        # The first byte says: found out, comma; found out, semicolon; found out, tab.
        for how in (0x0F, 0x2F, 0x4F):
            seed("delimited", f"{file.stem}-{how:x}", bytes([how]) + head)
    text = 'sep=;\r\nName;Notiz;Ort\r\n"Müller, Jörg";"zwei ""Zeilen""\r\nund mehr";Köln\r\nO\'Neil;"offen;x\r\nlast;;\r\n'
    cyrillic = "Име;Град\nАна;София\nИван;Пловдив\n"
    for how, encoding in enumerate(["utf-8", "utf-16le", "utf-16be", "cp1251", "cp1252", "gbk", "shift-jis"]):
        seed("delimited", encoding, bytes([0x20 | how]) + text.encode(encoding, "ignore"))
        seed("delimited", f"{encoding}-cyrillic", bytes([0x20 | how]) + cyrillic.encode(encoding, "ignore"))


def workbooks():
    for name in ["openpyxl", "openpyxl_1904", "pandas", "xlsxwriter"]:
        seed("xlsx", name, of_archive(EXPORTS / f"{name}.xlsx"))
    cells = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="s"><v>0</v></c>'
        '</row><row r="3"><c r="A3" t="str"><v>Ana</v></c><c r="B3" s="1"><v>45000.5</v></c><c r="C3" t="e"><v>#N/A</v>'
        '</c><c r="D3" t="b"><v>1</v></c><c r="E3" t="d"><v>2026-03-01T10:00:00</v></c></row></sheetData></worksheet>'
    ).encode()
    strings = b'<sst><si><t>mail</t></si><si><r><t>ric</t></r><r><t>h</t></r></si></sst>'
    styles = (
        b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
        b'<cellXfs><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="10"/></cellXfs></styleSheet>'
    )
    bare = [("xl/worksheets/sheet1.xml", cells), ("xl/sharedStrings.xml", strings), ("xl/styles.xml", styles)]
    seed("xlsx", "bare", parts(bare))
    seed("ods", "pandas", of_archive(EXPORTS / "pandas.ods"))
    content = (
        '<office:document-content><office:body><office:spreadsheet><table:table table:name="A"><table:table-row>'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>name</text:p>'
        '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="3"><table:table-cell '
        'office:value-type="float" office:value="1.5"/><table:covered-table-cell office:value-type="date" '
        'office:date-value="2026-03-01"/></table:table-row></table:table></office:spreadsheet></office:body>'
        '</office:document-content>'
    ).encode()
    seed("ods", "bare", parts([("content.xml", content)]))
    seed("xlsb", "bare", parts(binary_workbook()))
    seed("xls", "xlwt", (EXPORTS / "xlwt.xls").read_bytes())
    seed("xls", "stream", workbook_stream((EXPORTS / "xlwt.xls").read_bytes()))


def binary_workbook():
    """The records of [MS-XLSB] that a small workbook has."""

    def record(kind, body=b""):
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        assert len(body) < 0x80
        return head + bytes([len(body)]) + body

    def text(words):
        return struct.pack("<I", len(words)) + words.encode("utf-16le")

    def cell(kind, column, value, style=0):
        return record(kind, struct.pack("<II", column, style) + value)

    sheets = record(0x9C, struct.pack("<II", 0, 1) + text("rId1") + text("S"))
    sheets += record(0x9C, struct.pack("<II", 1, 2) + text("rId2") + text("Hidden"))
    book = record(0x83) + record(0x99, bytes(12)) + record(0x8F) + sheets + record(0x90)
    book += record(0x27, bytes(9) + text("Area") + struct.pack("<I", 5) + b"\x44\0\0\0\0") + record(0x9D) + record(0x84)
    header = record(0x00, struct.pack("<I", 0) + bytes(13)) + cell(0x06, 0, text("name")) + cell(0x07, 1, bytes(4))
    row = record(0x00, struct.pack("<I", 2) + bytes(13)) + cell(0x06, 0, text("Ana"))
    row += cell(0x02, 1, struct.pack("<i", 45000 << 2 | 2), 1) + cell(0x05, 2, struct.pack("<d", 0.25))
    row += cell(0x04, 3, b"\1") + cell(0x03, 4, b"\x2a") + cell(0x09, 5, struct.pack("<dHI", 1.5, 0, 0))
    sheet = record(0x81) + record(0x94, struct.pack("<4I", 0, 2, 0, 5)) + record(0x91) + header + row
    sheet += record(0x92) + record(0x82)
    strings = record(0x9F, struct.pack("<II", 1, 1)) + record(0x13, b"\0" + text("mail")) + record(0xA0)
    styles = record(0x267, struct.pack("<I", 1)) + record(0x2C, struct.pack("<H", 164) + text("yyyy")) + record(0x268)
    styles += record(0x269, struct.pack("<I", 2)) + record(0x2F, struct.pack("<HHQI", 0, 0, 0, 0))
    styles += record(0x2F, struct.pack("<HHQI", 0, 164, 0, 0)) + record(0x26A)
    return [
        ("xl/workbook.bin", book),
        ("xl/worksheets/sheet1.bin", sheet),
        ("xl/worksheets/sheet2.bin", sheet),
        ("xl/sharedStrings.bin", strings),
        ("xl/styles.bin", styles),
    ]


def workbook_stream(file):
    """The records of a .xls whose container has one table of sectors."""
    table_at = 512 * (1 + struct.unpack_from("<I", file, 76)[0])
    after = struct.unpack_from("<128I", file, table_at)
    directory = 512 * (1 + struct.unpack_from("<I", file, 48)[0])
    entries = [file[at : at + 128] for at in range(directory, directory + 512, 128)]
    entry = next(entry for entry in entries if entry.startswith("Workbook\0".encode("utf-16le")))
    sector, size = struct.unpack_from("<II", entry, 116)
    stream = b""
    while sector < 0xFFFFFFFA:
        stream += file[512 * (sector + 1) : 512 * (sector + 2)]
        sector = after[sector]
    return stream[:size].rstrip(b"\0")


def texts():
    for name in ["pandas.json", "pandas.ndjson", "broken_line.ndjson", "salesforce.json"]:
        seed("json", name, (EXPORTS / name).read_bytes())
    seed("json", "lists", b'{"total":2,"leads":[{"a":{"b":[1,null,"x"]},"c":[{"d":1}]}],"accounts":[{"a":-0.5e3}]}')
    for name in EXPORTS.glob("*.parquet"):
        seed("parquet", name.stem, name.read_bytes())
    mail = (
        "Return-Path: <ana@kirova.bg>\r\nFrom: =?windows-1251?B?wO3gIMro8O7i4A==?= <ana@kirova.bg>\r\nTo: x@y.z\r\n"
        "Subject: Fwd: =?UTF-8?Q?M=C3=B6bel?=\r\nDate: Sat, 7 Mar 2026 10:00:00 +0200\r\nReply-To: b@c.de\r\n"
        'Message-ID: <a1@kirova.bg>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "Von: Jan Nowak [mailto:jan@nowak.pl]\r\nGuten Tag, gr=FC=DFe\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "From: Inner <i@n.er>\r\nSubject: In\r\n\r\nHi\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>A &amp; B<br>C</p>\r\n"
        'Content-Disposition: attachment; filename="a.pdf"\r\n\r\n--b--\r\n'
    ).encode()
    seed("mail", "mail", mail)
    line = b"From ana@kirova.bg Sat Mar  7 10:00:00 2026\n"
    seed("mail", "mailbox", line + mail + b"\n" + line + b"From: Jan <jan@nowak.pl>\nSubject: Two\n\n>From me\nBye\n\n")
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Kirova;Ana;Maria;Dr.;\r\nFN:Dr. Ana Kirova\r\nORG:Kirova OOD;Sales\r\n"
        "EMAIL;TYPE=INTERNET,WORK:ana@kirova.bg\r\nTEL;TYPE=CELL:+359 88 123 4567\r\nitem1.URL:https://kirova.bg\r\n"
        "ADR;TYPE=WORK:;fl. 3;12 Vitosha Blvd;Sofia;;1000;Bulgaria\r\nNOTE:First\\nsecond\\, with\r\n  a comma\r\n"
        "REV:20260307T100000Z\r\nBDAY;VALUE=date:1980-01-02\r\nPHOTO;ENCODING=b:aGFsbG8=\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\nEND:VCARD\r\n"
        'BEGIN:VCARD\nVERSION:4.0\nFN:Jan\nTEL;VALUE=uri;TYPE="voice,cell":tel:+48-601\nGEO:geo:1,2\nEND:VCARD\n'
    ).encode()
    seed("cards", "cards", card)
    files = [("out/may.csv", b"name\nAna\n"), (".hidden", b"x"), ("june.json", b'[{"a":1}]'), ("a.vcf", card)]
    for how in range(6):
        seed("archives", f"csv-{how}", bytes([how]) + b"name,mail\nAna,ana@kirova.bg\n")
        seed("archives", f"files-{how}", bytes([how]) + parts(files[: how + 1]))
        seed("archives", f"gzip-{how}", bytes([how]) + gzip.compress(b"name\nAna\n", mtime=0))
    for name in ["books.zip", "pandas.json.gz", "csv_in_truth.xls", "html.xls", "spreadsheetml.xls"]:
        seed("archives", name, b"\0" + (EXPORTS / name).read_bytes())


def rules():
    cases = (ROOT / "src" / "rules" / "tests").glob("*.rs")
    found = [sql for file in sorted(cases) for sql in re.findall(r'^ *\(?"((?:[^"\\]|\\.)*)"', file.read_text(), re.M)]
    for number, sql in enumerate(found):
        seed("conditions", f"{number:03}", sql.replace('\\"', '"').replace("\\n", "\n").encode())
    for file in sorted((ROOT / "pipelines").glob("*.toml")):
        text = re.sub(r'"[^"\n]*sample_data/[^"\n]*"', '"leads.csv"', file.read_text())
        text = "\n".join(line for line in text.split("\n") if not line.startswith("#")).replace("/", "")
        seed("pipeline", file.stem, text.encode())
    plans = (ROOT / "src" / "config" / "compile" / "tests" / "plans.rs").read_text()
    for number, text in enumerate(re.findall(r'r#"(.*?)"#', plans, re.S)):
        seed("pipeline", f"plan-{number}", text.replace("exports/", "").replace("/", "").encode())


def values():
    cells = set()
    for file in sorted((ROOT / "sample_data").glob("*.csv")):
        for line in file.read_text("utf-8", "ignore").splitlines()[1:8]:
            cells.update(cell.strip('"') for cell in line.split(",") if cell)
    cells.update([
        "2026-03-01T10:00:00+02:00", "21 ноември 2026 г.", "11/21/2026 3:05 PM", "Sat, 7 Mar 2026 10:00:00 GMT", "45000",
        "12.500,00 €", "$12,500", "1'250.50 CHF", "12.5k", "(300)", "1e5", "+49 (0) 89 / 123456-0", "0888 123 456 ext. 7",
        "00359 2 987 65 43; +1 212 555 0100", "Ann <a@x.com>; mailto:b@y.com", "a (at) x.com", "Kirova, Dr. Ana Maria",
        "van der Berg, Jan jr.", "王小明", "Müller GmbH & Co. KG", "https://www.kirova.bg/a?b#c", "EC1A 1BB", "1010 AB",
        "Deutschland", "U.S.A.", "n/a", "Ulitsa 1, fl. 3", "yes", "ja", "this quarter", "hot",
    ])
    for number, cell in enumerate(sorted(cells)):
        seed("values", f"{number:03}", bytes([number % 64]) + cell.encode())


for fill in (delimited, workbooks, texts, rules, values):
    fill()
for folder in sorted((HERE / "corpus").iterdir()):
    print(f"{folder.name}: {len(list(folder.glob('seed-*')))} seeds")
