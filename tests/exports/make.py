"""Writes the exports beside this file with the programs that teams write theirs with.

    pip install openpyxl==3.1.5 xlsxwriter xlwt pandas pyarrow odfpy msoffcrypto-tool
    python tests/exports/make.py

What each must be read as stands in tests/it/formats.rs.
"""

import datetime as dt
import gzip
import json
import os
import zipfile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

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
        file.write('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
                   '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>\n')
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


if __name__ == "__main__":
    with_xlsxwriter()
    with_openpyxl()
    with_pandas()
    with_xlwt()
    with_pyarrow()
    by_hand()
    locked()
