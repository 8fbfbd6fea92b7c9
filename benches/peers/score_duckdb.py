"""DuckDB scoring leads: 12 weighted criteria, a grade and a flag over a CSV, into zstd Parquet.

Usage: score_duckdb.py INPUT.csv OUTPUT.parquet [--threads N]
"""

import argparse

import duckdb

# (points, condition); the same twelve stand in score_polars.py and leads.toml.
CRITERIA = [
    (
        15,
        "job_title ilike '%director%' or job_title ilike 'vp %' or job_title ilike 'chief %'"
        " or job_title ilike 'head of %'",
    ),
    (-5, "job_title ilike 'junior %'"),
    (8, "job_title ilike '%procurement%' or job_title ilike '%operations%' or job_title ilike '%product%'"),
    (15, "budget >= 20000"),
    (8, "budget >= 5000"),
    (6, "company is not null"),
    (8, "email is not null and not regexp_matches(email, '@(gmail|yahoo|hotmail|outlook|icloud)\\.')"),
    (5, "phone is not null"),
    (4, "street is not null and city is not null and postcode is not null"),
    (6, "country in ('Germany', 'United Kingdom', 'United States')"),
    (10, "source in ('webform', 'referral', 'partner')"),
    (8, "created_at >= date '2025-01-01'"),
]

ask = argparse.ArgumentParser(description=__doc__)
ask.add_argument("input")
ask.add_argument("output")
ask.add_argument("--threads", type=int, default=2)
told = ask.parse_args()

score = " + ".join(f"(case when {condition} then {points} else 0 end)" for points, condition in CRITERIA)
con = duckdb.connect(config={"threads": told.threads, "preserve_insertion_order": "false"})
header = con.execute(f"describe select * from read_csv('{told.input}', all_varchar = true)").fetchall()
types = {name: "varchar" for name, *_ in header} | {"budget": "double", "created_at": "date"}
con.execute(
    f"""
    copy (
        select *, grade in ('A', 'B') and budget >= 5000 and email is not null as flag
        from (
            select
                *,
                case when score >= 55 then 'A' when score >= 35 then 'B' when score >= 15 then 'C' else 'D' end as grade
            from (
                select *, {score} as score
                from read_csv('{told.input}', header = true, nullstr = '', columns = {types})
            )
        )
    ) to '{told.output}' (format parquet, compression zstd)
    """
)
