"""The command ``fihrist``: results on stdout, everything for people on stderr, one exit code a kind of outcome.

0 done or nothing to do, 1 failed and the old index still stands, 2 usage, 3 published but some files could not be read,
75 another run holds the lock, 130/143 interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tqdm import tqdm

from indexer import __version__
from indexer.arabic import lexicon
from indexer.arabic.analyser import Analyser, Token
from indexer.assemble import Rules, read_names
from indexer.engine.generations import IndexFolder
from indexer.engine.whoosh_engine import WhooshEngine
from indexer.errors import FihristError, NoIndexError, UsageError
from indexer.evaluate import JudgedSet, evaluate, write_run
from indexer.reindex import Options, reindex
from indexer.scan import printable
from indexer.search.archive import Archive
from indexer.search.envelope import search_envelope, to_json
from indexer.search.request import MAX_PER_PAGE, SearchRequest
from indexer.search.results import Marked
from indexer.settings import SETTINGS, number_setting, text_setting
from indexer.sources import parse_fields

INTERRUPTED = 130
TERMINATED = 143
_APPLICATION = "web.app:create_app()"


class _Terminated(BaseException):
    """SIGTERM: unwinds like Ctrl-C, so that the lock is let go and nothing half done is published."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Usage errors of the command line itself exit with 2."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except FihristError as error:
        _say(f"fihrist: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        _say("fihrist: interrupted; the published index is complete")
        return INTERRUPTED
    except _Terminated:
        _say("fihrist: terminated; the published index is complete")
        return TERMINATED
    except BrokenPipeError:
        # The reader of stdout has gone, such as `head`; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _terminate(signum: int, frame: object) -> NoReturn:
    raise _Terminated


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fihrist",
        description="A search engine over an archive of Arabic news.",
        epilog="example: fihrist index sample && fihrist search 'القوات الأمريكية'",
    )
    parser.add_argument("--version", action="version", version=f"fihrist {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    index = _command(commands, "index", _index, "bring the index up to date with folders of articles",
                     "fihrist index /srv/news --index /var/lib/fihrist")  # fmt: skip
    index.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a folder of the archive, or one file")
    index.add_argument("--rebuild", action="store_true", help="build from nothing, of these paths alone")
    index.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")

    search = _command(
        commands, "search", _search, "search the archive", "fihrist search '\"القوات الأمريكية\" انسحاب' --limit 5"
    )
    search.add_argument("query", metavar="QUERY")
    search.add_argument(
        "--limit", metavar="N", default="10", help=f"how many articles are shown, 1 to {MAX_PER_PAGE} (10)"
    )

    serve = _command(
        commands,
        "serve",
        _serve,
        "serve the web pages and the API",
        "fihrist serve --port 8080 --workers 4",
        json_too=False,
    )
    serve.add_argument("--host", help=_setting_help("host"))
    for name in ("port", "workers"):
        serve.add_argument(f"--{name}", metavar="N", help=_setting_help(name))

    purpose = "show the terms that a text is indexed under"
    analyze = _command(commands, "analyze", _analyze, purpose, "fihrist analyze وللقوات")
    analyze.add_argument("text", metavar="TEXT", help="the text, or - for standard input")

    measure = _command(commands, "eval", _eval, "measure the ranking on judged queries",
                       "fihrist eval headlines/ --run headlines.run")  # fmt: skip
    measure.add_argument("folder", metavar="DIR", nargs="?", type=Path,
                         help="a folder with docs.jsonl, queries.tsv and qrels.txt, each perhaps .gz")  # fmt: skip
    for name in ("docs", "queries", "qrels"):
        measure.add_argument(f"--{name}", metavar="FILE", type=Path, help=f"the {name} instead of a folder's")
    words_needed = "how many of a query's words an article must have (any, which ranks by score alone)"
    measure.add_argument("--match", choices=("any", "auto", "all"), default="any", help=words_needed)
    measure.add_argument("--run", metavar="OUT", type=Path, dest="run_file", help="write the TREC run to this file")

    _command(commands, "stats", _stats, "what the index holds", "fihrist stats --json")
    return parser


def _command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    purpose: str,
    example: str,
    *,
    json_too: bool = True,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=purpose, description=purpose, epilog=f"example: {example}"
    )
    parser.set_defaults(run=run)
    parser.add_argument("--index", metavar="DIR", help=_setting_help("index"))
    if json_too:
        parser.add_argument("--json", action="store_true", help="print JSON on stdout")
    return parser


def _setting_help(name: str) -> str:
    row = SETTINGS[name]
    return f"{row.help} ({row.variable}, else {row.default})"


def _index(options: argparse.Namespace) -> int:
    folder = IndexFolder(Path(text_setting("index", options.index)))
    choices = Options(
        batch=number_setting("batch"),
        max_bytes=number_setting("max_file_mb") << 20,
        keep=number_setting("generations"),
        rebuild=options.rebuild,
        dry_run=options.dry_run,
        rules=Rules(
            fields=parse_fields(text_setting("fields")),
            names=read_names(text_setting("source_names")),
            file_dates=bool(number_setting("file_dates")),
        ),
    )
    with tqdm(desc="reading", unit="file", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = reindex(options.paths, folder, WhooshEngine(), choices, progress)
    for skipped in report.skipped:
        _say(f"skipped {skipped}")
    if options.json:
        _print_json(report.to_dict())
    elif sys.stderr.isatty():
        _say(report.summary())
    return report.exit_code


def _search(options: argparse.Namespace) -> int:
    request = SearchRequest.from_params({"q": [options.query], "limit": [options.limit]})
    results = _archive(options).search(request)
    if options.json:
        print(to_json(search_envelope(results), indent=2))
        return 0
    for number, hit in enumerate(results.hits, 1):
        article = hit.article
        where = " · ".join(
            filter(None, (article.source, article.category, article.published.value if article.published else ""))
        )
        print(f"{number}. {_shown(hit.title)}\n   {_harmless(where)} · {article.id}")
        for snippet in hit.snippets:
            print(f"   {_shown(snippet)}")
    _say(f"{results.total} articles, {results.took_ms:.1f} ms")
    return 0


def _serve(options: argparse.Namespace) -> int:
    # gunicorn reads the settings itself, so what the command line gave becomes its environment; all are checked here,
    # where a wrong one can be explained.
    for name in ("index", "host", "port", "workers", "threads"):
        value = SETTINGS[name].default
        given = getattr(options, name, None)
        value = text_setting(name, given) if isinstance(value, str) else number_setting(name, given)
        os.environ[SETTINGS[name].variable] = str(value)
    index = Path(os.environ[SETTINGS["index"].variable]).resolve()
    os.environ[SETTINGS["index"].variable] = str(index)
    with suppress(NoIndexError):
        Archive(index).info()
    # Isolated, and away from the folder that it was called in: no web.py that lies there may be taken for ours.
    package = str(Path(__file__).parent.parent)
    start = "from gunicorn.app.wsgiapp import run; run()"
    program = [sys.executable, "-I", "-c", start, "--chdir", package, "--config", "python:web.serving", _APPLICATION]
    os.execv(sys.executable, program)  # noqa: S606  # gunicorn takes over this process and its signals


def _analyze(options: argparse.Namespace) -> int:
    text = sys.stdin.read() if options.text == "-" else options.text
    analyser = _analyser(options)
    tokens = analyser.tokens(text)
    if options.json:
        _print_json({"text": text, "tokens": [_token(token) for token in tokens]})
        return 0
    rows = [("word", "start", "end", "position", "bare", "folded", "base", "stem")]
    for token in tokens:
        steps = (token.word.bare, token.folded, token.word.base or "-", token.stem or "-")
        rows.append((token.text, str(token.start), str(token.end), str(token.position), *steps))
    for row in rows:
        print("\t".join(row))
    return 0


def _analyser(options: argparse.Namespace) -> Analyser:
    """The analyser of the index, or of the next one to be built where there is none yet."""
    try:
        current = IndexFolder(Path(text_setting("index", options.index))).current()
    except NoIndexError:
        return Analyser(lexicon.shipped())
    return WhooshEngine().analyser(current.folder)


def _token(token: Token) -> dict[str, Any]:
    return {
        "text": token.text,
        "start": token.start,
        "end": token.end,
        "position": token.position,
        "extra": token.extra,
        "bare": token.word.bare,
        "clitics": token.word.bare[: token.word.clitics],
        "folded": token.folded,
        "base": token.word.base,
        "stem": token.stem,
        "terms": {
            "surface": [token.word.bare],
            "folded": [token.folded],
            "stem": [token.stem] if token.stem else [],
            "gram": token.word.grams() if token.word.base else [],
        },
    }


def _eval(options: argparse.Namespace) -> int:
    given = (options.docs, options.queries, options.qrels)
    if options.folder and not any(given):
        judged = JudgedSet.in_folder(options.folder)
    elif all(given) and not options.folder:
        judged = JudgedSet(*given)
    else:
        raise UsageError("give either a folder, or all of --docs, --queries and --qrels")
    outcome = evaluate(judged, options.match, lambda done, total: None)
    if options.run_file:
        write_run(outcome.run, options.run_file)
    if options.json:
        _print_json({**outcome.measures, "queries": outcome.queries, "documents": outcome.documents})
        return 0
    for name, value in outcome.measures.items():
        print(f"{name:<8} {value:.4f}")
    _say(f"{outcome.queries} queries, {outcome.documents} documents")
    return 0


def _stats(options: argparse.Namespace) -> int:
    folder = IndexFolder(Path(text_setting("index", options.index)))
    generation = folder.current()
    everything = _archive(options).search(SearchRequest(per_page=1))
    manifest = generation.manifest
    stats = {
        "index": printable(folder.path.resolve()),
        "generation": generation.name,
        "built_at": manifest.built_at,
        "articles": manifest.articles,
        "bytes": sum(file.bytes for file in manifest.files.values()),
        "sources": manifest.sources,
        "years": {count.value: count.count for count in reversed(everything.facets["year"])},
        "format": manifest.format,
        "engine": manifest.engine,
        "analyser": manifest.analyser,
        "cleaning": manifest.cleaning,
    }
    if options.json:
        _print_json(stats)
        return 0
    for name, value in stats.items():
        shown = ", ".join(f"{key or '-'} {count}" for key, count in value.items()) if isinstance(value, dict) else value
        print(f"{name:<11} {_harmless(str(shown))}")
    return 0


def _archive(options: argparse.Namespace) -> Archive:
    return Archive(Path(text_setting("index", options.index)))


def _shown(marked: Marked) -> str:
    """The text on one line, its hits in bold on a terminal, in brackets elsewhere."""
    before, after = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces += [_harmless(marked.text[end:start]), before, _harmless(marked.text[start:stop]), after]
        end = stop
    return "".join([*pieces, _harmless(marked.text[end:])])


def _harmless(text: str) -> str:
    """``text`` on one line and without the control characters that could command the terminal; joiners stay."""
    return "".join(c for c in text.replace("\n", " ") if c.isprintable() or c in "\u200c\u200d")


def _print_json(data: dict[str, Any]) -> None:
    print(to_json(data, indent=2))


def _say(message: str) -> None:
    print(_harmless(message), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
