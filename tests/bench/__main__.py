# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the benchmark: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import fmean
from typing import Any

from indexer.arabic.analyser import CHAIN_VERSION
from indexer.arabic.lexicon import lexicon
from tests.bench import archive, checks, engines, machine, report
from tests.bench.queries import KINDS, Queries
from tests.bench.worker import Layout

ROOT = Path(__file__).parent.parent.parent
CORPORA = (ROOT.parent / "shared" / "data" / "ant_v1.1.jsonl.gz", ROOT / "sample")
"""What articles are made of, unless told: the first that is here."""

ADDED = 100
QUICK = 2_000
QUICK_QUERIES = 15


class WrongAnswers(Exception):
    """Raised when an engine did not find what it must; the message names the engine and the difference."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which sizes, engines and queries to run."""

    sizes: tuple[int, ...]
    engines: tuple[str, ...]
    queries: int
    seed: int
    corpus: archive.Corpus


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark. Returns 0, or 1 if an engine gave wrong answers or a step failed; usage errors exit with
    2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    sizes = options.sizes or ((QUICK,) if options.quick else (10_000, 100_000))
    queries = options.queries or (QUICK_QUERIES if options.quick else 200)
    try:
        corpus = archive.read_corpus(options.corpus)
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(f"--corpus {options.corpus} cannot be used: {error}")
    plan = Plan(sizes, options.engines, queries, options.seed, corpus)
    try:
        if options.keep:
            run = _run(plan, options.keep)
        else:
            with tempfile.TemporaryDirectory(prefix="fihrist-bench-") as folder:
                run = _run(plan, Path(folder))
    except WrongAnswers as error:
        print(f"WRONG ANSWERS, so no figures:\n{error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"a step failed, so no figures: {shlex.join(error.cmd)}", file=sys.stderr)
        return 1
    print(report.table(run))
    if options.json:
        options.json.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Fihrist beside other search engines, on the same articles and terms.",
        epilog="example: python -m tests.bench --sizes 1000000 --engines ours,tantivy --keep /var/tmp/bench",
    )
    parser.add_argument("--sizes", type=_sizes, help="how many articles, such as 10000,100000 (the default)")
    parser.add_argument(
        "--engines",
        type=_engines,
        default=tuple(name for name in engines.NAMES if engines.installed(name)),
        help=f"some of {','.join(engines.NAMES)}; by default those that are installed",
    )
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} articles, {QUICK_QUERIES} queries")
    parser.add_argument("--queries", type=_positive, help="how many of each kind (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="seed for articles and queries (default 1)")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=next(path for path in CORPORA if path.exists()),
        help="the corpus that articles are made of: JSON Lines or a folder (default %(default)s)",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep archives and indexes there, and reuse them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there, as JSON")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_positive(part) for part in text.split(","))


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _engines(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in engines.NAMES:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(engines.NAMES)}")
        if not engines.installed(name):
            raise argparse.ArgumentTypeError(f"{name} is not installed; `make bench-quick` installs it")
    return names


def _command(plan: Plan) -> str:
    """Returns the command that repeats this measurement, without the paths of this machine."""
    sizes, names = ",".join(map(str, plan.sizes)), ",".join(plan.engines)
    return f"python -m tests.bench --sizes {sizes} --engines {names} --queries {plan.queries} --seed {plan.seed}"


def _run(plan: Plan, folder: Path) -> dict[str, Any]:
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "command": _command(plan),
        "machine": {**machine.describe(), "load_before": round(os.getloadavg()[0], 1)},
        "corpus": plan.corpus.name,
        "seed": plan.seed,
        "sizes": [_size(plan, articles, folder) for articles in plan.sizes],
    }


def _size(plan: Plan, articles: int, folder: Path) -> dict[str, Any]:
    layout, corpus = Layout(folder / f"{articles}"), plan.corpus
    key = [articles, plan.seed, corpus.name, archive.WORDS, CHAIN_VERSION, lexicon.lists_fingerprint()]
    if _kept(layout, "analyse", key) is None:
        _say(f"{articles:,} articles: writing")
        shutil.rmtree(layout.folder, ignore_errors=True)
        archive.write(layout.archive, articles, plan.seed, corpus)
        archive.write_added(layout.added, articles, ADDED, plan.seed, corpus)
    analysis = _step(layout, "analyse", key, "analyse")
    _step(layout, "draw", [*key, plan.queries], "draw", str(plan.queries), str(plan.seed))
    results: dict[str, dict[str, Any]] = {}
    for name in plan.engines:
        engine = engines.load(name)
        build_key = [*key, engine.version()]
        kept = _kept(layout, f"build-{name}", build_key) is not None
        build = _step(layout, f"build-{name}", build_key, "build", name)
        if build["articles"] != articles:
            raise WrongAnswers(f"{name} took {build['articles']} of {articles} articles")
        results[name] = {
            "name": name,
            "title": engine.title,
            "version": engine.version(),
            "threads": engine.threads,
            "kept": kept,
            "build": build,
            "ask": _worker(layout, "ask", name),
        }
    answers = {name: result["ask"] for name, result in results.items()}
    queries = Queries.load(layout.queries)
    if wrong := checks.failures(queries, answers, articles):
        raise WrongAnswers("\n".join(wrong))
    return {
        "articles": articles,
        "archive_bytes": sum(path.stat().st_size for path in layout.archive.iterdir()),
        "analysis": analysis,
        "hits": {kind: fmean(check.total for check in queries.checks if check.kind == kind) for kind in KINDS},
        "overlaps": {" and ".join(pair): shared for pair, shared in checks.overlaps(answers).items()},
        "engines": results,
    }


def _step(layout: Layout, name: str, key: list[Any], *arguments: str) -> dict[str, Any]:
    """Returns what a step measured: kept from an earlier run with the same ``key``, or measured now."""
    if (kept := _kept(layout, name, key)) is not None:
        return kept
    step, *rest = arguments
    measured = _worker(layout, step, *rest)
    (layout.folder / f"{name}.json").write_text(json.dumps([key, measured], ensure_ascii=False), encoding="utf-8")
    return measured


def _kept(layout: Layout, name: str, key: list[Any]) -> dict[str, Any] | None:
    try:
        kept_key, measured = json.loads((layout.folder / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return dict(measured) if kept_key == key else None


def _worker(layout: Layout, step: str, *arguments: str) -> dict[str, Any]:
    """Runs a step of `worker` in a process of its own. Raises CalledProcessError; the step's own message is on
    stderr."""
    command = [sys.executable, "-m", "tests.bench.worker", step, str(layout.folder.resolve()), *arguments]
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    _say(f"  {step} {arguments[0] if step in ('build', 'ask') else ''} {time.perf_counter() - start:.1f} s")
    return dict(json.loads(done.stdout))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
