"""Writes the exports beside this file with the programs that teams write theirs with.

    pip install openpyxl==3.1.5 xlsxwriter xlwt pandas pyarrow odfpy msoffcrypto-tool vobject pyxlsbwriter
    apt-get install --no-install-recommends libreoffice-calc
    python tests/exports/make.py

What each must be read as stands in tests/it/formats.rs.
"""

import datetime as dt
import email.charset
import email.message
import email.policy
import email.utils
import gzip
import json
import mailbox
import os
import shutil
import subprocess
import tempfile
import zipfile
from email.header import Header
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyxlsbwriter
import vobject
import xlsxwriter
import xlwt
from openpyxl.styles import Font

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = ["ID", "First Name", "Last Name", "E-mail", "Phone", "Company", "ZIP", "Created", "Last call", "Budget",
          "Interest", "Opted in"]
PEOPLE = [
    ["001", "Ana", "Kirova", "ana.kirova@nordwind.example", 359888123456, "Nordwind AD", 1000,
     dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 1, 14, 5), 1234.5, 0.25, True],
    ["002", "Jürgen", "Müller", "j.mueller@alpenblick.example", 4915112345678, "Alpenblick GmbH & Co. KG", 1067,
     dt.datetime(2025, 12, 31), dt.datetime(2026, 1, 2, 9, 30), 99, 0.075, False],
    ["003", "Мария", "Иванова", "maria@sofia.example", 35929876543, "София \"Юг\" ЕООД", 501,
     dt.datetime(2024, 2, 29), dt.datetime(2026, 2, 28, 23, 59, 59), 0.1 + 0.2, 1, True],
]


def at(name):
    return os.path.join(HERE, name)


def with_xlsxwriter():
    """A title above the table, formats, merged cells, a formula, an error, a hidden sheet, a blank row."""
    book = xlsxwriter.Workbook(at("xlsxwriter.xlsx"))
    notes = book.add_worksheet("Cover")
    notes.hide()
    notes.write(0, 0, "Internal")
    notes.write(1, 0, "not for import")
    sheet = book.add_worksheet("Leads")
    sheet.activate()
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yy hh:mm"})
    postcode = book.add_format({"num_format": "00000"})
    money = book.add_format({"num_format": "#,##0.00 [$€-407]"})
    percent = book.add_format({"num_format": "0.0%"})
    sheet.merge_range(1, 1, 1, 6, "Leads of the spring fair, exported 2026-03-02", bold)
    for column, name in enumerate(HEADER):
        sheet.write(3, 1 + column, name, bold)
    for row, person in enumerate(PEOPLE):
        # A blank row before the last one.
        row += 4 + (row == 2)
        formats = [None, None, None, None, None, None, postcode, day, moment, money, percent, None]
        for column, (value, kind) in enumerate(zip(person, formats)):
            if isinstance(value, str):
                sheet.write_string(row, 1 + column, value, kind)
            else:
                sheet.write(row, 1 + column, value, kind)
    # Formulas by their cached values, and one that has failed.
    sheet.write_formula(4, 6, '="Nordwind"&" AD"', None, "Nordwind AD")
    sheet.write_formula(5, 10, "=VLOOKUP(1,A1:B2,2)", money, "#N/A")
    book.add_worksheet("Other").write_row(0, 0, ["Name", "E-mail"])
    hidden = book.add_worksheet("Archive")
    hidden.hide()
    hidden.write_row(0, 0, ["First Name", "Last Name"])
    hidden.write_row(1, 0, ["Old", "Lead"])
    book.close()


def with_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet.append(HEADER)
    for row, person in enumerate(PEOPLE):
        sheet.append(person)
        sheet.cell(row + 2, 7).number_format = "00000"
        sheet.cell(row + 2, 11).number_format = "0%"
    book.save(at("openpyxl.xlsx"))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(at("openpyxl_1904.xlsx"))


def frame():
    return pd.DataFrame(PEOPLE, columns=HEADER)


def with_pandas():
    frame().to_excel(at("pandas.xlsx"), index=False)
    frame().to_excel(at("pandas.ods"), index=False, engine="odf")
    frame().to_parquet(at("pandas.parquet"), index=False)
    frame().to_json(at("pandas.json"), orient="records", date_format="iso")
    frame().to_json(at("pandas.ndjson"), orient="records", lines=True, date_format="iso", force_ascii=False)


def with_xlwt():
    book = xlwt.Workbook()
    cover = book.add_sheet("Cover")
    cover.visibility = 1
    cover.write(0, 0, "Internal")
    sheet = book.add_sheet("Контакти")
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    moment = xlwt.easyxf(num_format_str="DD.MM.YYYY hh:mm:ss")
    for column, name in enumerate(HEADER):
        sheet.write(0, column, name)
    for row, person in enumerate(PEOPLE):
        for column, value in enumerate(person):
            style = {7: day, 8: moment}.get(column)
            sheet.write(row + 1, column, value, *([style] if style else []))
    book.save(at("xlwt.xls"))


def with_pyarrow():
    """Nested, dictionary-coded, in decimal and in several row groups; packed in each usual way."""
    people = [dict(zip(HEADER, person)) for person in PEOPLE]
    table = pa.table({
        "id": pa.array([p["ID"] for p in people]).dictionary_encode(),
        "name": pa.array([{"first": p["First Name"], "last": p["Last Name"]} for p in people]),
        "emails": pa.array([[PEOPLE[0][3]], [PEOPLE[1][3], "office@alpenblick.example"], None]),
        "phone": pa.array([p["Phone"] for p in people], pa.int64()),
        "company": pa.array([p["Company"] for p in people], pa.large_string()),
        "created": pa.array([p["Created"].date() for p in people], pa.date32()),
        "last_call": pa.array([p["Last call"] for p in people], pa.timestamp("us")),
        "budget": pa.array([1234.5, None, 0.3], pa.float64()).cast(pa.decimal128(10, 2)),
        "opted_in": pa.array([True, False, None]),
        "history": pa.array([[{"kind": "call", "minutes": 5}], [], None]),
    })
    for packed in ["snappy", "gzip", "zstd", "lz4", "none"]:
        pq.write_table(table, at(f"pyarrow_{packed}.parquet"), compression=packed, row_group_size=2)


def by_hand():
    with open(at("salesforce.json"), "w", encoding="utf-8") as file:
        records = [{"attributes": {"type": "Lead"}, "FirstName": p[1], "LastName": p[2], "Email": p[3],
                    "Address": {"postalCode": f"{p[6]:05}", "country": None}, "Tags__c": ["fair", "spring"]}
                   for p in PEOPLE]
        json.dump({"totalSize": 3, "done": True, "records": records}, file, indent=2, ensure_ascii=False)
    with open(at("broken_line.ndjson"), "w", encoding="utf-8") as file:
        for p in PEOPLE:
            file.write(json.dumps({"First Name": p[1], "Last Name": p[2]}, ensure_ascii=False) + "\n")
        file.write('{"First Name": "Cut", "Last\n')
    with open(at("html.xls"), "w", encoding="utf-8") as file:
        file.write("<html><body>" + frame().to_html(index=False) + "</body></html>")
    frame().to_csv(at("csv_in_truth.xls"), index=False, sep="\t")
    with open(at("spreadsheetml.xls"), "w", encoding="utf-8") as file:
        cells = lambda values: "".join(f'<Cell><Data ss:Type="String">{v}</Data></Cell>' for v in values)
        rows = "".join(f"<Row>{cells(row)}</Row>" for row in [HEADER[:4], *(p[:4] for p in PEOPLE)])
        file.write('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
                   '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
                   'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
                   f'<Worksheet ss:Name="Leads"><Table>{rows}</Table></Worksheet></Workbook>\n')
    with zipfile.ZipFile(at("books.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(at("openpyxl.xlsx"), "may/openpyxl.xlsx")
        archive.write(at("pandas.parquet"), "pandas.parquet")
    with open(at("pandas.json"), "rb") as plain, gzip.GzipFile(at("pandas.json.gz"), "wb", mtime=0) as packed:
        packed.write(plain.read())


def locked():
    import io
    import msoffcrypto.format.ooxml as ooxml
    with open(at("openpyxl.xlsx"), "rb") as plain, open(at("password.xlsx"), "wb") as out:
        ooxml.OOXMLFile(plain).encrypt("secret", out)


def with_libreoffice():
    """One table in every format that LibreOffice writes: formats, formulas, merged cells, a remark, a hidden sheet."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "Cover"
    cover["A1"] = "Internal"
    cover["A2"] = "not for import"
    cover.sheet_state = "hidden"
    sheet = book.create_sheet("Leads & more")
    sheet["A1"] = "Leads of the autumn fair"
    sheet["A1"].font = Font(bold=True)
    sheet.merge_cells("A1:F1")
    header = ["ID", "First Name", "Company", "ZIP", "Created", "Last call", "Budget", "Interest", "Share", "Total",
              "Opted in", "Notes"]
    for column, name in enumerate(header, 1):
        sheet.cell(3, column, name)
    formats = {4: "00000", 5: "DD.MM.YYYY", 6: "DD/MM/YY HH:MM", 7: "#,##0.00 [$€-407]", 8: "0.0%", 9: "0%",
               10: "#,##0.00"}
    notes = ["two\nlines", "  blanks  around ", "tab\there, \"quotes\" & <marks>"]
    for row, (person, note) in enumerate(zip(PEOPLE, notes), 4):
        values = [person[0], person[1], person[5], person[6], person[7], person[8], person[9], person[10],
                  f"=H{row}/2", f"=G{row}*2", person[11], note]
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.number_format = formats.get(column, "General")
    sheet["C5"].comment = openpyxl.comments.Comment("00 is no company", "Ana")
    sheet["D6"].comment = openpyxl.comments.Comment("00", "Ana")
    # A company over two rows, and a formula that fails.
    sheet.merge_cells("C4:C5")
    sheet["J6"] = "=1/0"
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "libreoffice.xlsx")
        book.save(source)
        for kind, name in [("xlsx:Calc MS Excel 2007 XML", "xlsx"), ("xls:MS Excel 97", "xls"), ("ods", "ods"),
                           ("fods", "fods"), ("html:HTML (StarCalc)", "html"),
                           ("csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1", "csv")]:
            out = os.path.join(folder, "out")
            subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
                            kind, "--outdir", out, source], check=True, capture_output=True)
            found = [file for file in os.listdir(out) if file.endswith("." + name)]
            found = max((os.path.join(out, file) for file in found), key=os.path.getsize)
            if name == "fods":
                with open(found, "rb") as plain, gzip.GzipFile(at("libreoffice.fods.gz"), "wb", mtime=0) as packed:
                    packed.write(plain.read())
            else:
                shutil.move(found, at("libreoffice." + name))


def with_pyxlsbwriter():
    with pyxlsbwriter.XlsbWriter(at("pyxlsbwriter.xlsb")) as book:
        book.add_sheet("Cover", hidden=True)
        book.write_sheet([["Internal"], ["not for import"]])
        book.add_sheet("Leads")
        book.write_sheet([HEADER, *PEOPLE])


def message(person, subject, text, charset, date):
    """A mail as Python writes it, its headers in this charset."""
    mail = MIMEText(text, "plain", charset)
    mail["From"] = email.utils.formataddr((str(Header(f"{person[1]} {person[2]}", charset)), person[3]))
    mail["To"] = "sales@leadmill.example"
    mail["Subject"] = Header(subject, charset)
    mail["Date"] = email.utils.format_datetime(date)
    mail["Message-ID"] = f"<{person[0]}@leadmill.example>"
    return mail


def mails():
    when = dt.datetime(2026, 3, 7, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    german = message(PEOPLE[1], "Anfrage für Köln", "Guten Tag,\n\nbitte ein Angebot über 500 € für Köln.\n",
                     "iso-8859-15", when)
    russian = message(PEOPLE[2], "Запрос цены", "Здравствуйте,\n\nпришлите прайс.\n", "koi8-r", when)
    japanese = message(PEOPLE[0], "見積もりの依頼", "こんにちは\n", "iso-2022-jp", when)
    # With a picture and a table attached, and the same text as HTML.
    attached = email.message.EmailMessage(policy=email.policy.SMTP)
    attached["From"] = "Ana Kirova <ana.kirova@nordwind.example>"
    attached["To"] = "sales@leadmill.example"
    attached["Subject"] = "Оферта за Nordwind"
    attached["Date"] = when
    attached["Message-ID"] = "<attached@leadmill.example>"
    attached.set_content("Прилагам списъка.\n")
    attached.add_alternative("<html><body><p>Прилагам <b>списъка</b>.</p></body></html>", subtype="html")
    attached.add_attachment(b"\x89PNG\r\n\x1a\n" + bytes(200), maintype="image", subtype="png", filename="лого.png")
    attached.add_attachment("id;name\n1;Ana\n", subtype="csv", filename="leads.csv")
    # Another one as an attachment.
    forward = MIMEMultipart()
    forward["From"] = "Sales <sales@leadmill.example>"
    forward["To"] = "crm@leadmill.example"
    forward["Subject"] = "Fwd: Anfrage"
    forward["Date"] = email.utils.format_datetime(when)
    forward.attach(MIMEText("Please enter this one.\n"))
    forward.attach(MIMEMessage(german))
    # Only HTML, and an answer address.
    html = MIMEMultipart("related")
    html["From"] = "Web form <noreply@leadmill.example>"
    html["Reply-To"] = email.utils.formataddr((str(Header("Мария Иванова", "windows-1251")), PEOPLE[2][3]))
    html["Subject"] = Header("Контакт", "windows-1251")
    html["Date"] = email.utils.format_datetime(when)
    html.attach(MIMEText("<p>Моля, обадете се.</p><img src=cid:1>", "html", "windows-1251"))
    html.attach(MIMEImage(bytes(100), "gif"))
    with open(at("email_attachments.eml"), "wb") as file:
        file.write(attached.as_bytes())
    box = mailbox.mbox(at("mailbox.mbox"), create=True)
    box.clear()
    for mail in [german, russian, japanese, attached, forward, html]:
        entry = mailbox.mboxMessage(mail)
        entry.set_from("sender@leadmill.example", when.utctimetuple())
        box.add(entry)
    box.close()
    folder = at("maildir")
    shutil.rmtree(folder, ignore_errors=True)
    for name in ["cur", "new", "tmp"]:
        os.makedirs(os.path.join(folder, name))
    # Names as mail servers give them, the same in every run.
    for place, name, mail in [("cur", "1772870400.1.host:2,S", german), ("new", "1772870401.2.host", russian)]:
        with open(os.path.join(folder, place, name), "wb") as file:
            file.write(mail.as_bytes())


def cards():
    parts = []
    for person in PEOPLE:
        card = vobject.vCard()
        card.add("n").value = vobject.vcard.Name(family=person[2], given=person[1])
        card.add("fn").value = f"{person[1]} {person[2]}"
        card.add("org").value = [person[5]]
        mail = card.add("email")
        mail.value = person[3]
        mail.type_param = "INTERNET"
        phone = card.add("tel")
        phone.value = f"+{person[4]}"
        phone.type_param = "CELL"
        card.add("note").value = "A long remark, which is folded; " * 4
        photo = card.add("photo")
        photo.value = bytes(range(256))
        photo.encoding_param = "B"
        photo.type_param = "JPEG"
        parts.append(card.serialize())
    with open(at("vobject.vcf"), "w", encoding="utf-8", newline="") as file:
        file.write("".join(parts))


def encoded():
    table = frame().drop(columns=["Created", "Last call"])
    table.to_csv(at("pandas_utf16.csv"), index=False, encoding="utf-16", sep="\t")
    table.to_csv(at("pandas_utf32.csv"), index=False, encoding="utf-32-le", sep=";")
    table.head(2).to_csv(at("pandas_cp1252.csv"), index=False, encoding="cp1252", sep=";", decimal=",")
    table.tail(1).to_csv(at("pandas_koi8.csv"), index=False, encoding="koi8-r", lineterminator="\r\n", quoting=1)
    table.head(2).to_csv(at("pandas_iso15.csv.gz"), index=False, encoding="iso8859-15",
                         compression={"method": "gzip", "mtime": 0})


if __name__ == "__main__":
    with_xlsxwriter()
    with_openpyxl()
    with_pandas()
    with_xlwt()
    with_pyarrow()
    by_hand()
    locked()
    with_libreoffice()
    with_pyxlsbwriter()
    mails()
    cards()
    encoded()
