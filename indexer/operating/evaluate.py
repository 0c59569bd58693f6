# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the ranking on judged queries. Articles and queries take the same path as in daily use."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.assemble import record_id
from indexer.engine.engines import store_at
from indexer.engine.store import Progress
from indexer.errors import UsageError
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.archive import Archive
from indexer.search.query.parameters import MAX_QUERY_CHARS, Match
from indexer.search.query.request import SearchRequest
from indexer.sources import Record, read

DEPTH = 100
"""How many articles each query returns."""

MEASURES = ("nDCG@10", "RR@10", "R@100")
_MAX_BYTES = 8 << 30


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The three files of a test collection; each may be gzipped.

    ``docs`` is JSON Lines with id, title and text. ``queries`` has one line for each query: id, tab, text. ``qrels`` is
    in TREC's format: query, 0, document, relevance.
    """

    docs: Path
    queries: Path
    qrels: Path

    @classmethod
    def in_folder(cls, folder: Path) -> JudgedSet:
        """The set in ``folder``, whose files have the usual names. Raises UsageError if one is missing."""
        return cls(*(_existing(folder, name) for name in ("docs.jsonl", "queries.tsv", "qrels.txt")))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an evaluation.

    ``measures`` holds averages over ``queries`` judged queries, by name; ``run`` maps query -> document -> score.
    """

    measures: Mapping[str, float]
    queries: int
    documents: int
    run: Mapping[str, Mapping[str, float]]


def evaluate(judged: JudgedSet, match: Match, progress: Progress) -> Outcome:
    """Build a temporary index of ``judged.docs``, run all queries with ``match``, and measure.

    Raises UsageError if a file is not in the format that `JudgedSet` describes, or if ir-measures is not installed.
    """
    try:
        import ir_measures  # noqa: PLC0415  # brings scipy, and only this command needs it
    except ImportError as error:
        raise UsageError("this command needs ir-measures; install it by: pip install 'fihrist[eval]'") from error
    queries, qrels = dict(_queries(judged.queries)), _qrels(judged.qrels)
    with tempfile.TemporaryDirectory(prefix="fihrist-eval-") as temporary:
        store = store_at(Path(temporary))
        report = reindex([judged.docs], store, Options(max_bytes=_MAX_BYTES), progress)
        documents = _documents(judged.docs)
        archive = Archive(store)
        run = {
            query: {documents[article]: score for article, score in archive.ranking(_request(text, match))}
            for query, text in queries.items()
        }
    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    found = ir_measures.calc_aggregate(wanted, qrels, run)
    return Outcome({str(measure): found[measure] for measure in wanted}, len(qrels), report.articles, run)


def write_run(run: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Write ``run`` in TREC's format. Raises UsageError if ``path`` cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for query, scores in run.items():
                for rank, (document, score) in enumerate(scores.items(), 1):
                    file.write(f"{query} Q0 {document} {rank} {score:.6f} fihrist\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _request(text: str, match: Match) -> SearchRequest:
    return SearchRequest(q=text[:MAX_QUERY_CHARS], per_page=DEPTH, match=match, collapse=False)


def _documents(docs: Path) -> dict[str, str]:
    """Maps the ids of articles to those of documents."""
    key = f"{docs.resolve().parent.name}/{docs.resolve().name}"
    records = (record for record in read(docs, max_bytes=_MAX_BYTES) if isinstance(record, Record))
    return {record_id(key, record.key): record.key for record in records}


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_lines(path), 1):
        query, tab, text = line.partition("\t")
        if not tab:
            raise UsageError(f"{path}, line {number}: put a tab between the id of the query and its text")
        yield query, text


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            query, _, document, relevance = line.split()
            qrels.setdefault(query, {})[document] = int(relevance)
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: write `query 0 document relevance`") from error
    return qrels


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, gzipped or not. Only line feeds end a line, since texts hold U+2028 and U+0085."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    return (line.rstrip("\r") for line in text.split("\n") if line.strip())


def _existing(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return path
    raise UsageError(f"{folder} has neither {name} nor {name}.gz; add it, or give --docs, --queries and --qrels")
