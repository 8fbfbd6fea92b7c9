"""polars scoring leads: 12 weighted criteria, a grade and a flag over a CSV, into zstd Parquet.

Usage: score_polars.py INPUT.csv OUTPUT.parquet [--threads N]
"""

import argparse
import os

ask = argparse.ArgumentParser(description=__doc__)
ask.add_argument("input")
ask.add_argument("output")
ask.add_argument("--threads", type=int, default=2)
told = ask.parse_args()
os.environ["POLARS_MAX_THREADS"] = str(told.threads)  # polars reads it once, when imported

import polars as pl  # noqa: E402

title = pl.col("job_title")
known = {name: pl.col(name).is_not_null() for name in ("company", "email", "phone", "street", "city", "postcode")}
free = pl.col("email").str.contains(r"@(?:gmail|yahoo|hotmail|outlook|icloud)\.")
# (points, condition); the same twelve stand in score_duckdb.py and leads.toml.
criteria = [
    (15, title.str.contains(r"(?i)director|^vp |^chief |^head of ")),
    (-5, title.str.contains(r"(?i)^junior ")),
    (8, title.str.contains(r"(?i)procurement|operations|product")),
    (15, pl.col("budget") >= 20000),
    (8, pl.col("budget") >= 5000),
    (6, known["company"]),
    (8, known["email"] & ~free),
    (5, known["phone"]),
    (4, known["street"] & known["city"] & known["postcode"]),
    (6, pl.col("country").is_in(["Germany", "United Kingdom", "United States"])),
    (10, pl.col("source").is_in(["webform", "referral", "partner"])),
    (8, pl.col("created_at") >= pl.date(2025, 1, 1)),
]
score = pl.sum_horizontal(pl.when(condition).then(points).otherwise(0) for points, condition in criteria)
grade = pl.col("score")
grade = pl.when(grade >= 55).then(pl.lit("A")).when(grade >= 35).then(pl.lit("B")).when(grade >= 15).then(pl.lit("C"))
flag = pl.col("grade").is_in(["A", "B"]) & (pl.col("budget") >= 5000) & known["email"]
text = dict.fromkeys(pl.scan_csv(told.input).collect_schema(), pl.String)
(
    pl.scan_csv(told.input, schema=text | {"budget": pl.Float64, "created_at": pl.Date})
    .with_columns(score=score)
    .with_columns(grade=grade.otherwise(pl.lit("D")))
    .with_columns(flag=flag)
    .sink_parquet(told.output, compression="zstd")
)
