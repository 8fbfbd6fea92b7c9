"""DuckDB or polars reading a CSV into memory as columns of text: what leadmill's loading and cleaning is measured against.

Usage: load_text.py duckdb|polars INPUT.csv OUTPUT.json [--threads N]
"""

import argparse
import json
import os
import resource

ask = argparse.ArgumentParser(description=__doc__)
ask.add_argument("engine", choices=["duckdb", "polars"])
ask.add_argument("input")
ask.add_argument("output")
ask.add_argument("--threads", type=int, default=2)
told = ask.parse_args()
os.environ["POLARS_MAX_THREADS"] = str(told.threads)  # polars reads it once, when imported


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if told.engine == "duckdb":
    import duckdb

    base = duckdb.connect(config={"threads": told.threads})
    before = cpu()
    # Lines that cannot be read are kept, with their numbers, as leadmill keeps them.
    base.execute(f"CREATE TABLE leads AS FROM read_csv('{told.input}', all_varchar = true, store_rejects = true)")
    rows = base.execute("SELECT count(*) FROM leads").fetchone()[0]
else:
    import polars as pl

    before = cpu()
    rows = pl.read_csv(told.input, infer_schema=False).height
reading = cpu() - before

with open(told.output, "w") as file:
    json.dump({"rows": rows, "reading": reading}, file)
