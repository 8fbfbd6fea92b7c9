"""GoldenMatch without a configuration on a table of leads: reads a CSV, writes (id, cluster) as Parquet.

Usage: leads_goldenmatch.py INPUT.csv OUTPUT.parquet
"""

import argparse
import os

# Before the import: its worker pools and polars read these once.
ask = argparse.ArgumentParser(description=__doc__)
ask.add_argument("input")
ask.add_argument("output")
ask.add_argument("--threads", type=int, default=2)
told = ask.parse_args()
for variable in ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = str(told.threads)

import goldenmatch as gm  # noqa: E402
import polars as pl  # noqa: E402

frame = pl.read_csv(told.input, infer_schema=False)
# Without allow_red_config it refuses, at 100,000 leads and more, to run what it chose itself.
result = gm.dedupe_df(frame, confidence_required=False, allow_red_config=True)
cluster = list(range(-1, -1 - frame.height, -1))
for key, entry in result.clusters.items():
    for row in entry["members"]:
        cluster[row] = key
pl.DataFrame({"id": frame["id"], "cluster": cluster}).write_parquet(told.output)
