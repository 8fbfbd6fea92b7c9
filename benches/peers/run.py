#!/usr/bin/env python3
"""Runs leadmill and its peers on one file of leads, each in a fresh process, in turn, and prints one Markdown table.

    benches/peers/run.py --rows 100000
    benches/peers/run.py --input leads.csv --truth leads.truth.csv --engines leadmill,splink --repeat 3
    benches/peers/run.py --task score --rows 1000000
    benches/peers/run.py --task load --rows 1000000 --repeat 5

Needs nothing but Python; the peers come from the package index into a virtual environment of their own.
"""

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "leadmill"

# What of its tables leadmill writes: those that the others write, too. `leadmill-all` writes all, the ledger among them.
TABLES = {("load", "leadmill"): "rejects", ("score", "leadmill"): "leads"}

# An engine is a command over these names, and the place where it leaves (id, cluster) or the scored leads.
DEDUPE = {
    "leadmill": ("{leadmill} dedupe {input} --id id --out {out} --tables lead_members --threads {threads}", "lead_members.parquet"),
    "leadmill-run": ("{leadmill} run {pipeline} --only dedupe --threads {threads} --quiet", "lead_members.parquet"),
    "splink": ("{python} {here}/leads_splink.py {input} {out} --threads {threads}", "members.parquet"),
    "goldenmatch": ("{python} {here}/leads_goldenmatch.py {input} {out} --threads {threads}", "members.parquet"),
}
SCORE = {
    "leadmill": ("{leadmill} run {pipeline} --only qualify --threads {threads} --quiet", "leads.parquet"),
    "leadmill-all": ("{leadmill} run {pipeline} --only qualify --threads {threads} --quiet", "leads.parquet"),
    "duckdb": ("{python} {here}/score_duckdb.py {input} {out} --threads {threads}", "scored.parquet"),
    "polars": ("{python} {here}/score_polars.py {input} {out} --threads {threads}", "scored.parquet"),
    "polars-clean": ("{python} {here}/score_polars_clean.py {input} {out} --threads {threads}", "scored.parquet"),
}
LOAD = {
    "leadmill": ("{leadmill} run {pipeline} --only load --threads {threads} --quiet", "run.json"),
    "duckdb": ("{python} {here}/load_text.py duckdb {input} {out} --threads {threads}", "read.json"),
    "polars": ("{python} {here}/load_text.py polars {input} {out} --threads {threads}", "read.json"),
}
TASKS = {
    "dedupe": (DEDUPE, ["leadmill", "splink", "goldenmatch"]),
    "score": (SCORE, ["leadmill", "leadmill-all", "duckdb", "polars", "polars-clean"]),
    "load": (LOAD, ["leadmill", "duckdb", "polars"]),
}
JUDGED = {"dedupe": ["f1", "precision", "recall", "pairs"], "score": ["score", "A", "flagged"], "load": ["rows", "reading"]}


def main():
    told = arguments()
    engines, usual = TASKS[told.task]
    chosen = told.engines.split(",") if told.engines else usual
    unknown = [name for name in chosen if name not in engines]
    if unknown:
        sys.exit(f"no engine {unknown[0]!r} for {told.task}; there are {', '.join(engines)}")

    work = Path(tempfile.mkdtemp(prefix="leadmill-peers-"))
    try:
        python = environment(told.venv)
        leads, truth = (told.input, told.truth) if told.input else generate(told, work)
        binary = leadmill(told) if any(name.startswith("leadmill") for name in chosen) else None
        rows = warm(leads)
        runs = {name: [] for name in chosen}
        for turn in range(told.repeat):
            for name in chosen:
                say(f"{name}, run {turn + 1} of {told.repeat}")
                command, result = engines[name]
                out = work / f"{name}-{turn}"
                out.parent.mkdir(exist_ok=True)
                command = fill(command, told, leads, out, binary, python, work, TABLES.get((told.task, name)))
                cost = measure(command, work / f"{name}-{turn}.log")
                if cost:
                    judged = judge(told.task, python, out / result, truth)
                    runs[name].append(cost | judged)
        report(told, leads, rows, runs, python, binary)
    finally:
        if told.keep:
            say(f"kept {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)


def arguments():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--task", choices=TASKS, default="dedupe")
    ask.add_argument("--rows", type=int, default=100_000, help="leads to generate when no --input is given")
    ask.add_argument("--seed", type=int, default=7, help="of the generated leads")
    ask.add_argument("--input", type=Path, help="a CSV with the columns of the generated leads, id first")
    ask.add_argument("--truth", type=Path, help="its truth: a CSV of id, cluster (default: INPUT with .truth.csv)")
    ask.add_argument("--engines", help="comma-separated; default: all of the task")
    ask.add_argument("--repeat", type=int, default=1, help="runs of each engine, in turn; figures are medians")
    ask.add_argument("--threads", type=int, default=2)
    ask.add_argument("--venv", type=Path, default=CACHE / "peers", help="the peers' virtual environment")
    ask.add_argument("--leadmill", type=Path, help="the binary; default: build this checkout in release mode")
    ask.add_argument("--keep", action="store_true", help="keep the working folder with every engine's output and log")
    told = ask.parse_args()
    if told.input and not told.truth:
        told.truth = told.input.with_suffix("").with_suffix(".truth.csv")
    for path in filter(None, (told.input, told.truth if told.task == "dedupe" else None)):
        if not path.exists():
            ask.error(f"{path} does not exist")
    return told


def environment(venv):
    """The interpreter of an environment with the pinned peers, made when it is missing or the pins have changed."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = venv / "requirements.txt"
    python = venv / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing the peers into {venv}")
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pins = str(HERE / "requirements.txt")
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--requirement", pins], check=True)
        stamp.write_text(wanted)
    return python


def generate(told, work):
    leads = work / "leads.csv"
    say(f"generating {told.rows:,} leads")
    command = ["cargo", "bench", "--quiet", "--bench", "generate", "--", "--kind", "leads"]
    command += ["--rows", str(told.rows), "--seed", str(told.seed), "--out", str(leads)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    return leads, leads.with_name("leads.truth.csv")


def leadmill(told):
    if told.leadmill:
        return told.leadmill.resolve()
    say("building leadmill")
    subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "leadmill"


def fill(command, told, leads, out, binary, python, work, table):
    pipeline = work / "leads.toml"
    if "{pipeline}" in command:
        template = (HERE / "leads.toml").read_text()
        if table:
            template += f'tables = ["{table}"]\n'
        pipeline.write_text(template.replace("LEADS.csv", str(leads.resolve())).replace("OUT", str(out)))
    if "{python}" in command:
        out.mkdir()
        out = out / TASKS[told.task][0]["splink" if told.task == "dedupe" else "duckdb"][1]
    names = {"leadmill": binary, "python": python, "here": HERE, "input": leads, "out": out, "pipeline": pipeline}
    return [part.format(threads=told.threads, **names) for part in shlex.split(command)]


def warm(path):
    """Reads the file once, so that no engine pays for a cold disk, and counts its lines less the header."""
    with open(path, "rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1


def measure(command, log):
    """Wall and CPU seconds and peak memory of one process and all it started."""
    with open(log, "wb") as out:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    # leadmill's exit code 1 says: finished, with a warning.
    if child.returncode not in ((0, 1) if "leadmill" in Path(command[0]).name else (0,)):
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        say(f"failed with {child.returncode}: {shlex.join(command)}\n{tail}")
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss * unit / 1e9}


def judge(task, python, result, truth):
    """In a process of its own: the truth must not weigh on the memory of the engine that is measured next."""
    if task == "load":
        return rows_read(json.loads(result.read_text()))
    script = [HERE / "truth.py", result, truth] if task == "dedupe" else [HERE / "tally.py", result]
    said = subprocess.run([python, *script], stdout=subprocess.PIPE, text=True)
    if said.returncode:
        sys.exit(f"cannot judge {result}: {shlex.join(map(str, script))} failed")
    return {name: float(value) for name, value in (line.split() for line in said.stdout.splitlines())}


def rows_read(run):
    """Rows, and the CPU seconds of reading alone: without the start of a process or an interpreter, or what comes after."""
    if "reading" in run:
        return run
    seconds = dict(run["cpu_seconds"])
    return {"rows": run["load"]["rows"], "reading": seconds["load"] + seconds["standardize"]}


def report(told, leads, rows, runs, python, binary):
    size = leads.stat().st_size / 1e6
    print(f"{told.task} of {rows:,} leads ({size:.0f} MB CSV), {told.threads} threads, {machine()};", end=" ")
    print(f"median of {told.repeat}.\n")
    judged = JUDGED[told.task]
    print("| engine | wall s | CPU s | peak RSS GB | " + " | ".join(judged) + " |")
    print("|---|--:|--:|--:|" + "--:|" * len(judged))
    for name, costs in runs.items():
        label = f"{name} {version(name, python, binary)}"
        if not costs:
            print(f"| {label} | failed |" + " |" * (2 + len(judged)))
            continue
        median = {key: statistics.median(cost[key] for cost in costs) for key in costs[0]}
        figures = [f"{median['wall']:.1f}", f"{median['cpu']:.1f}", f"{median['rss']:.2f}"]
        figures += [shown(median[key]) for key in judged]
        print(f"| {label} | " + " | ".join(figures) + " |")


def shown(value):
    return f"{value:.3f}" if value <= 1 else f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def version(name, python, binary):
    if name.startswith("leadmill"):
        command = [binary, "--version"]
    else:
        package = name.removesuffix("-clean")
        command = [python, "-c", f"import importlib.metadata as m; print(m.version('{package}'))"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]


def machine():
    cpu, memory = platform.processor() or platform.machine(), 0
    info = Path("/proc/cpuinfo")
    if info.exists():
        cpu = re.search(r"model name\s*:\s*(.*)", info.read_text())[1]
        memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 2**20
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {cpu}"


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
