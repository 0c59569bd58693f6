# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the benchmark of clusters: ``python -m tests.bench.cluster``."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from indexer.arabic.analyser import CHAIN_VERSION
from tests.bench import archive, machine
from tests.bench.__main__ import ADDED, CORPORA, ROOT
from tests.bench.cluster import questions, table
from tests.bench.cluster.stage import ENGINES, LOCAL, Place
from tests.opensearch.nodes import HEAP, Nodes

_LARGE, _LARGE_HEAP = 100_000, "1g"
"""Nodes with so many articles get a heap of this size."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    sizes: tuple[int, ...]
    nodes: tuple[int, ...]
    engines: tuple[str, ...]
    queries: int
    warm_up: int
    seed: int
    corpus: archive.Corpus

    @property
    def command(self) -> str:
        """The command that repeats this measurement, without the paths of this machine."""
        words = [f"--articles {_list(self.sizes)} --nodes {_list(self.nodes)} --engines {_list(self.engines)}"]
        words.append(f"--queries {self.queries} --warm-up {self.warm_up} --seed {self.seed}")
        return " ".join(["python -m tests.bench.cluster", *words])

    def stages(self) -> Iterator[tuple[str, int]]:
        """The engines, each with its numbers of nodes; 0 where it has none."""
        for engine in self.engines:
            yield from [(engine, count) for count in ((0,) if engine == LOCAL else self.nodes)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints. Returns 1 if a stage failed; usage errors exit with 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        corpus = archive.read_corpus(options.corpus)
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(f"--corpus {options.corpus} cannot be used: {error}")
    plan = Plan(
        options.articles, options.nodes, options.engines, options.queries, options.warm_up, options.seed, corpus
    )
    try:
        with _folder(options.keep) as folder:
            run = {
                "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
                "command": plan.command,
                "machine": machine.describe(),
                "corpus": corpus.name,
                "sizes": [_size(plan, articles, folder / f"{articles}") for articles in plan.sizes],
            }
    except subprocess.CalledProcessError as error:
        print(f"a stage failed, so no figures: {shlex.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    print(table.table(run))
    if options.json:
        options.json.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.cluster",
        description="Fihrist in a folder, in OpenSearch, and OpenSearch with its own Arabic analyser.",
        epilog="example: python -m tests.bench.cluster --articles 60000,200000 --nodes 1,3 --keep /var/tmp/bench",
    )
    parser.add_argument("--articles", type=_numbers, default=(60_000,), help="how many, such as 60000,200000 (60000)")
    parser.add_argument("--nodes", type=_numbers, default=(1, 3), help="how many nodes of OpenSearch (1,3)")
    parser.add_argument(
        "--engines", type=_engines, default=ENGINES, help=f"some of {','.join(ENGINES)}; by default all of them"
    )
    parser.add_argument("--queries", type=_number, default=300, help="how many are timed (300)")
    parser.add_argument("--warm-up", type=_number, default=300, help="how many other queries come first (300)")
    parser.add_argument("--seed", type=int, default=1, help="seed for articles and queries (1)")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=next(path for path in CORPORA if path.exists()),
        help="the corpus that articles are made of: JSON Lines or a folder (default %(default)s)",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep archives and results there; a run that was cut goes on there"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there, as JSON")
    return parser


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(_number, text.split(",")))


def _engines(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in ENGINES:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(ENGINES)}")
    return names


def _list(values: Sequence[object]) -> str:
    return ",".join(map(str, values))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="fihrist-bench-") as folder:
        yield Path(folder)


def _size(plan: Plan, articles: int, folder: Path) -> dict[str, Any]:
    place, corpus = Place(folder), plan.corpus
    key = [articles, plan.seed, corpus.name, archive.WORDS, plan.warm_up + plan.queries]
    if _kept(folder / "archive.json", key) is None:
        _say(f"{articles:,} articles: writing")
        shutil.rmtree(folder, ignore_errors=True)
        archive.write(place.archive, articles, plan.seed, corpus)
        archive.write_added(place.added, articles, ADDED, plan.seed, corpus)
        queries = questions.draw(place.files, plan.warm_up + plan.queries, plan.seed)
        place.queries.write_text(json.dumps(queries, ensure_ascii=False), encoding="utf-8")
        _keep(folder / "archive.json", key, {})
    key += [plan.warm_up, CHAIN_VERSION]
    stages = [_stage(plan, place, key, engine, nodes) for engine, nodes in plan.stages()]
    for stage in stages:
        _require_right(stage, articles)
    return {"articles": articles, "stages": stages}


def _stage(plan: Plan, place: Place, key: list[Any], engine: str, count: int) -> dict[str, Any]:
    """Returns what was measured of an engine: kept from a run that was cut, or measured now."""
    path = place.folder / f"{engine}-{count}.json"
    if (kept := _kept(path, key)) is not None:
        return kept
    load = os.getloadavg()[0]
    with _nodes(count, key[0]) as addresses:
        command = [sys.executable, "-m", "tests.bench.cluster.stage", str(place.folder), engine, str(plan.warm_up)]
        _say(f"{key[0]:,} articles, {engine}, {count} nodes, load {load:.1f}")
        done = subprocess.run([*command, *addresses], stdout=subprocess.PIPE, check=True, cwd=ROOT, env=_environment())
    stage = {"engine": engine, "nodes": count, "load_before": load, "measured": json.loads(done.stdout)}
    _keep(path, key, stage)
    return stage


def _environment() -> dict[str, str]:
    """The environment without settings of Fihrist, and with a cache of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FIHRIST_")}


@contextmanager
def _nodes(count: int, articles: int) -> Iterator[list[str]]:
    if not count:
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="fihrist-nodes-") as folder:
        heap = _LARGE_HEAP if articles >= _LARGE else HEAP
        with Nodes(count, Path(folder) / "nodes", java=(f"-Xms{heap}", f"-Xmx{heap}")) as nodes:
            yield nodes.addresses


def _require_right(stage: dict[str, Any], articles: int) -> None:
    """Exits if an engine did not take or find all articles."""
    measured = stage["measured"]
    taken, added = measured["build"]["articles"], measured["add"]["articles"]
    if (taken, added) != (articles, ADDED):
        sys.exit(f"{stage['engine']} took {taken} of {articles} articles, and found {added} of {ADDED} that were added")


def _kept(path: Path, key: list[Any]) -> dict[str, Any] | None:
    try:
        kept_key, kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return dict(kept) if kept_key == key else None


def _keep(path: Path, key: list[Any], measured: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps([key, measured], ensure_ascii=False), encoding="utf-8")
    new.rename(path)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
