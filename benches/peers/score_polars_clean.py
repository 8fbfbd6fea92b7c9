"""polars cleaning and scoring leads: by hand what leadmill does for the same pipeline, as far as expressions go.

Every value is cleaned; leads get an id of their content, a file-as name, the score of the twelve criteria with its
reasons, grade, stars and status, and are sorted by id. Beside OUTPUT lie the reports by owner and rating, and the count
of rows without a name.

Usage: score_polars_clean.py INPUT.csv OUTPUT.parquet [--threads N]
"""

import argparse
import functools
import json
import operator
import os
import string
from datetime import datetime
from pathlib import Path

ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ask.add_argument("input")
ask.add_argument("output")
ask.add_argument("--threads", type=int, default=2)
told = ask.parse_args()
os.environ["POLARS_MAX_THREADS"] = str(told.threads)  # polars reads it once, when imported

import polars as pl  # noqa: E402

# (points, name); the same twelve stand in score_polars.py, score_duckdb.py and leads.toml. `conditions` follow below.
CRITERIA = [
    (15, "Decision maker"),
    (-5, "Junior"),
    (8, "Buying department"),
    (15, "Large budget"),
    (8, "Budget"),
    (6, "Company known"),
    (8, "Company's mailbox"),
    (5, "Phone known"),
    (4, "Whole address"),
    (6, "Home market"),
    (10, "Asked for us"),
    (8, "Fresh"),
]
AS_OF = datetime(2026, 3, 1)
# Country, its code, calling code, trunk prefix, shortest and longest national number, digits of a postcode that may
# have lost its leading zero, home market: of the countries in the file.
COUNTRIES = [
    ("United States", "US", "1", "1", 10, 10, 5, True),
    ("United Kingdom", "GB", "44", "0", 9, 10, 0, True),
    ("Canada", "CA", "1", "1", 7, 10, 0, False),
    ("Germany", "DE", "49", "0", 6, 13, 5, True),
    ("Australia", "AU", "61", "0", 6, 12, 0, False),
    ("France", "FR", "33", "0", 9, 9, 5, False),
    ("Spain", "ES", "34", "", 9, 9, 5, False),
    ("Italy", "IT", "39", "", 6, 12, 5, False),
    ("Poland", "PL", "48", "", 6, 10, 0, False),
]
# Stand-ins for "no value", alone in a cell; names may also be tests, or one letter over and over.
NOTHING = r"\W+|n/?a|n\.a\.|nan|nil|null|none|unknown|not (?:given|known|available|provided|specified)|missing|empty"
NOTHING += r"|tb[acd]|no (?:value|data|info)|geen|keine|unbekannt|inconnu|desconocido|sconosciuto|brak"
TESTS = r"test(?:er|ing)?|test (?:user|company)|asdf?|sdf|qwe|qwerty|xyz|abc|blah?|dummy|sample|no ?name|foobar|\d+\.?"
TESTS += "".join(f"|{letter}{{3,}}" for letter in string.ascii_lowercase if letter != "i")
TITLES = r"(?i)^(?:(?:mr|mrs|ms|miss|dr|prof|ing|herr|frau|mme|sig|sra?)\b\.? +)+"
SUFFIXES = r"(?i),? +(?:jr|sr|ii|iii|phd|mba)\.?$"
LOCAL, LABEL = r"[a-z0-9_+'-]+", r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
ADDRESS = rf"^{LOCAL}(?:\.{LOCAL})*@(?:{LABEL}\.)+[a-z][a-z0-9]+$"
TEST_WORDS = "test|none|no|na|no-?e?mail|null|unknown|asdf|x+|a+|example|nobody"
TEST_ADDRESS = rf"^(?:(?:{TEST_WORDS})@(?:{TEST_WORDS})\.|no-?e?mail@|(?:test|info|name|user)@example\.)"
FREE_EVERYWHERE = "gmail|googlemail|yahoo|ymail|rocketmail|hotmail|outlook|live|msn|icloud|gmx|aol|protonmail|yandex"
FREE_HOSTS = (
    r"web\.de|t-online\.de|freenet\.de|arcor\.de|mail\.(?:com|de)|laposte\.net|(?:free|orange|sfr|wanadoo)\.fr"
    r"|telefonica\.net|terra\.(?:com|es)|(?:alice|libero|virgilio|tin|tiscali)\.it|(?:o2|onet|wp|interia)\.pl"
    r"|rogers\.com|shaw\.ca|bell\.net|btinternet\.com|sky\.com|bigpond\.com|comcast\.net|verizon\.net|att\.net"
)
FREE = rf"@(?:(?:{FREE_EVERYWHERE})\.|(?:{FREE_HOSTS})$)"
# Digits of no number: one over and over, or counting up or down.
NO_NUMBERS = [digit * times for digit in string.digits for times in range(1, 16)]
NO_NUMBERS += [("0123456789" * 2)[start:end] for start in (0, 1) for end in range(start + 5, start + 12)]
NO_NUMBERS += [("9876543210")[:end] for end in range(5, 11)]


def stated(name, nothing=NOTHING):
    """Null where nothing is said."""
    return pl.when(~pl.col(name).str.contains(rf"(?i)^(?:{nothing})$")).then(pl.col(name))


def proper(name):
    """Proper case where all letters are large or all small."""
    even = ~pl.col(name).str.contains(r"\p{Lu}\P{Ll}*\p{Ll}|\p{Ll}\P{Lu}*\p{Lu}")
    if name == "first_name":
        even &= ~pl.col(name).str.contains(r"^\p{Lu}\p{Lu}?$")  # initials
    return pl.when(even).then(pl.col(name).str.to_titlecase()).otherwise(pl.col(name))


def outcomes():
    """What follows from the criteria that a lead meets, for each of their combinations, known by its bits."""
    low, high = (sum(better(points, 0) for points, _ in CRITERIA) for better in (min, max))
    best = sorted(range(len(CRITERIA)), key=lambda at: -abs(CRITERIA[at][0]))
    rows = []
    for met in range(1 << len(CRITERIA)):
        for_it, against = [], []
        for points, name in (CRITERIA[at] for at in best if met >> at & 1):
            (for_it if points > 0 else against).append(f"{name} ({points:+})")
        score = sum(points for at, (points, _) in enumerate(CRITERIA) if met >> at & 1)
        percent = 100 * (score - low) / (high - low)
        stars = 0 if score == low else 1 + sum(percent >= cut for cut in (20, 40, 60, 80))
        grade = "A" if score >= 55 else "B" if score >= 35 else "C" if score >= 15 else "D"
        reasons = [", ".join(said[:3]) or None for said in (for_it, against)]
        rows.append((met, score, percent, stars, stars, grade, *reasons))
    schema = {"met": pl.UInt16, "score": pl.Decimal(18, 4), "score_percent": pl.Float64, "auto_stars": pl.Int64}
    schema |= {"stars": pl.Int64, "grade": pl.String, "reasons_for": pl.String, "reasons_against": pl.String}
    return pl.LazyFrame(rows, schema=schema, orient="row")


fields = ["country", "iso", "code", "trunk", "shortest", "longest", "zeros", "home"]
countries = pl.LazyFrame(COUNTRIES, schema=fields, orient="row")
names = pl.scan_csv(told.input).collect_schema().names()
schema = dict.fromkeys(names, pl.String) | {"budget": pl.Float64, "created_at": pl.Date}
key = functools.reduce(operator.xor, (pl.col(name).hash(seed) for seed, name in enumerate(names)))

tidy = {
    name: pl.col(name).str.strip_chars().str.replace_all("  ", " ", literal=True)
    for name in ("first_name", "last_name", "company", "job_title", "street", "city", "state", "postcode", "source")
}
tidy["first_name"] = tidy["first_name"].str.replace(TITLES, "")
tidy["last_name"] = tidy["last_name"].str.replace(SUFFIXES, "")
tidy["postcode"] = tidy["postcode"].str.to_uppercase()
tidy["email"] = pl.col("email").str.strip_chars(" .,;<>'\"").str.to_lowercase()
tidy["plus"] = pl.col("phone").str.contains(r"^\(?\+|^00")
tidy["phone"] = pl.col("phone").str.replace_all(r"\D*\(0\)\D*|\D*(?:ext|x|#).*|\D+", "")

address, postcode = pl.col("email"), pl.col("postcode")
clean = {name: stated(name, f"{NOTHING}|{TESTS}") for name in ("first_name", "last_name", "company", "street")}
clean |= {name: stated(name) for name in ("job_title", "city", "source")}
clean["postcode"] = pl.when(pl.col("zeros") > 0).then(postcode.str.zfill(5)).otherwise(postcode)
clean["email"] = pl.when(address.str.contains(ADDRESS) & ~address.str.contains(TEST_ADDRESS)).then(address)
clean["phone"] = pl.when(~pl.col("phone").is_in(NO_NUMBERS)).then(
    pl.col("phone").str.strip_prefix(pl.when("plus").then(pl.lit("00")).otherwise(pl.col("trunk")))
)
length = pl.col("phone").str.len_bytes()
phone = (
    pl.when(pl.col("plus") & length.is_between(8, 15))
    .then("+" + pl.col("phone"))
    .when(~pl.col("plus") & length.is_between(pl.col("shortest"), pl.col("longest")))
    .then("+" + pl.col("code") + pl.col("phone"))
)
first, last, company = pl.col("first_name"), pl.col("last_name"), pl.col("company")
title, budget = pl.col("job_title"), pl.col("budget")
known = {name: pl.col(name).is_not_null() for name in ("company", "email", "phone", "street", "city", "postcode")}
conditions = [
    title.str.contains_any(["director"], ascii_case_insensitive=True) | title.str.contains(r"(?i)^(vp|chief|head of) "),
    title.str.contains(r"(?i)^junior "),
    title.str.contains_any(["procurement", "operations", "product"], ascii_case_insensitive=True),
    budget >= 20000,
    budget >= 5000,
    known["company"],
    known["email"] & ~pl.col("email").str.contains(r"@(?:gmail|yahoo|hotmail|outlook|icloud)\."),
    known["phone"],
    known["street"] & known["city"] & known["postcode"],
    pl.col("home"),
    pl.col("source").is_in(["webform", "referral", "partner"]),
    pl.col("created_at") >= pl.date(2025, 1, 1),
]
# One bit for each criterion: all that follows from them is looked up.
met = pl.sum_horizontal(
    pl.when(condition).then(pl.lit(1 << at, pl.UInt16)).otherwise(pl.lit(0, pl.UInt16))
    for at, condition in enumerate(conditions)
)
kept = "lead_id first_name last_name job_title company email phone street city postcode source".split()
qualified = pl.col("grade").is_in(["A", "B"]) & (pl.col("budget_amount") >= 5000) & known["email"]
leads = (
    pl.scan_csv(told.input, schema=schema)
    .join(countries, on="country", how="left")
    .with_columns(lead_id=key, **tidy)
    .with_columns(**clean)
    .filter(first.is_not_null() | last.is_not_null())
    .with_columns(first_name=proper("first_name"), last_name=proper("last_name"), phone=phone)
    .select(
        *kept,
        source_id="id",
        region="state",
        country="iso",
        budget_amount="budget",
        created_at=pl.col("created_at").cast(pl.Datetime("us")),
        met=met,
    )
    .sort("lead_id")
    .join(outcomes(), on="met", how="left", maintain_order="left")
    .with_columns(
        full_name=pl.concat_str([first, last], separator=" ", ignore_nulls=True),
        file_as=pl.concat_str(
            [
                last,
                pl.when(first.is_not_null() & last.is_not_null()).then(pl.lit(", ")),
                first,
                pl.when(known["company"]).then(pl.lit(" (")),
                company,
                pl.when(known["company"]).then(pl.lit(")")),
            ],
            ignore_nulls=True,
        ),
        domain=pl.when(~address.str.contains(FREE)).then(address.str.slice(address.str.find("@", literal=True) + 1)),
        rating_type=pl.lit("automatic"),
        members=pl.lit(1, pl.Int64),
        stage=pl.lit("qualify"),
        status=pl.when(qualified).then(pl.lit("qualified")).otherwise(pl.lit("open")),
        closed_at=pl.when(qualified).then(AS_OF),
    )
    .drop("met")
)
scored = leads.collect(engine="in-memory")  # faster than streaming; the sort holds all of it anyway
scored.write_parquet(told.output, compression="zstd", compression_level=1)  # leadmill's level

folder = Path(told.output).parent
stars = scored.group_by("stars").agg(leads=pl.len().cast(pl.Int64)).sort("stars")
owner = pl.lit(None, pl.String).alias("assigned_to")  # nobody has a lead
stars.write_parquet(folder / "leads_by_rating.parquet")
stars.select(owner, "stars", "leads").write_parquet(folder / "leads_by_owner_and_rating.parquet")
stars.select(owner, pl.col("leads").sum()).write_parquet(folder / "leads_by_owner.parquet")
rows = pl.scan_csv(told.input).select(pl.len()).collect().item()
counts = {"rows": rows, "leads": scored.height, "rejects": rows - scored.height}
(folder / "counts.json").write_text(json.dumps(counts) + "\n")
