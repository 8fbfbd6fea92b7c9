"""Counts how well clusters agree with the truth, pair by pair: no library's notion of a score, only counting.

Usage: truth.py MEMBERS.(parquet|csv) TRUTH.csv      prints F1, precision, recall, pairs found, true pairs

MEMBERS has the columns id and cluster, or leadmill's source_id and lead_id; TRUTH has id and cluster.
"""

import sys
from collections import Counter

import polars as pl


def pairs(sizes):
    return sum(n * (n - 1) // 2 for n in sizes)


def agreement(found, true):
    """Two mappings id -> cluster; an id that `found` lacks is a cluster of its own."""
    strays = {row: ("alone", row) for row in true if row not in found}
    unknown = found.keys() - true.keys()
    if unknown:
        raise SystemExit(f"{len(unknown)} ids are not in the truth, for example {next(iter(unknown))!r}")
    both = Counter((strays.get(row) or found[row], cluster) for row, cluster in true.items())
    right = pairs(both.values())
    claimed = pairs(Counter(found.values()).values())
    actual = pairs(Counter(true.values()).values())
    precision = right / claimed if claimed else 1.0
    recall = right / actual if actual else 1.0
    f1 = 2 * right / (claimed + actual) if claimed + actual else 1.0
    return {"f1": f1, "precision": precision, "recall": recall, "pairs": claimed, "true_pairs": actual}


def read(path):
    frame = pl.read_parquet(path) if path.endswith(".parquet") else pl.read_csv(path, infer_schema=False)
    row, cluster = ("source_id", "lead_id") if "source_id" in frame.columns else ("id", "cluster")
    keys = frame[row].cast(pl.String).to_list()
    mapping = dict(zip(keys, frame[cluster].cast(pl.String).to_list()))
    if len(mapping) != len(keys):
        raise SystemExit(f"{path}: {len(keys) - len(mapping)} ids occur twice")
    return mapping


if __name__ == "__main__":
    found, true = (read(path) for path in sys.argv[1:3])
    for name, value in agreement(found, true).items():
        print(f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}")
