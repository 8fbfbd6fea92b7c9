#!/bin/sh
# Fuzzes one target, ten minutes unless told otherwise:  fuzz/run.sh xlsx [SECONDS]
# What it stops at lies in fuzz/artifacts/TARGET/ and can be given to the target again:
#   cargo +nightly fuzz run -s none xlsx fuzz/artifacts/xlsx/crash-...
set -eu
cd "$(dirname "$0")/.."
python3 fuzz/seeds.py
exec cargo +nightly fuzz run -s none "$1" -- \
    -max_len=65536 -timeout=20 -rss_limit_mb=2048 -max_total_time="${2:-600}" -print_final_stats=1
