"""How well the ranking does on judged queries, through the very path that articles and readers' queries take."""

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
"""How many articles a query returns."""

MEASURES = ("nDCG@10", "RR@10", "R@100")
_MAX_BYTES = 8 << 30


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Three files of a test collection, each perhaps gzipped.

    ``docs`` is JSON Lines with id, title, text; ``queries`` a line a query, id and text parted by a tab; ``qrels`` is
    TREC's: query, 0, document, relevance.
    """

    docs: Path
    queries: Path
    qrels: Path

    @classmethod
    def in_folder(cls, folder: Path) -> JudgedSet:
        """The set whose files in ``folder`` have the usual names. Raises UsageError where one is missing."""
        return cls(*(_existing(folder, name) for name in ("docs.jsonl", "queries.tsv", "qrels.txt")))


@dataclass(frozen=True, slots=True)
class Outcome:
    """``measures`` by name, averaged over ``queries`` judged queries; ``run`` maps query -> document -> score."""

    measures: Mapping[str, float]
    queries: int
    documents: int
    run: Mapping[str, Mapping[str, float]]


def evaluate(judged: JudgedSet, match: Match, progress: Progress) -> Outcome:
    """Index ``judged.docs`` into a temporary index, run all queries with ``match``, measure.

    Raises UsageError on files that are not of the forms above, or where ir-measures is not installed.
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
    """Write ``run`` as TREC wants it. Raises UsageError where ``path`` cannot be written."""
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
    """Article id -> document id."""
    key = f"{docs.resolve().parent.name}/{docs.resolve().name}"
    records = (record for record in read(docs, max_bytes=_MAX_BYTES) if isinstance(record, Record))
    return {record_id(key, record.key): record.key for record in records}


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_lines(path), 1):
        query, tab, text = line.partition("\t")
        if not tab:
            raise UsageError(f"{path}: line {number} has no tab between the query's id and its text")
        yield query, text


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            query, _, document, relevance = line.split()
            qrels.setdefault(query, {})[document] = int(relevance)
        except ValueError as error:
            raise UsageError(f"{path}: line {number} is not: query 0 document relevance") from error
    return qrels


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, gzipped or not, parted by line feeds alone: texts hold U+2028 and U+0085."""
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
    raise UsageError(f"{folder} has no {name}, nor {name}.gz; or give --docs, --queries and --qrels")
