"""Sums up scored leads, so that a reader sees whether the engines computed the same thing.

Usage: tally.py SCORED.parquet      prints the sum of the scores, the leads of grade A, the flagged leads
"""

import sys

import polars as pl

leads = pl.scan_parquet(sys.argv[1])
flagged = pl.col("flag").sum() if "flag" in leads.collect_schema() else (pl.col("status") == "qualified").sum()
sums = leads.select(
    score=pl.col("score").cast(pl.Float64).sum(), A=(pl.col("grade") == "A").sum(), flagged=flagged
).collect()
for name, value in sums.row(0, named=True).items():
    print(name, value)
