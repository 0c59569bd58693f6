# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist search``, ``analyze`` and ``eval``: search the index, explain its terms, measure its ranking."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from indexer import moments
from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.article import Article
from indexer.commands.output import harmless, print_json, print_row, say, shown
from indexer.commands.parser import command, index_store
from indexer.errors import NoIndexError, UsageError
from indexer.operating.evaluate import JudgedSet, evaluate, write_run
from indexer.search.answers.json.archive import token_json
from indexer.search.answers.json.search import search_json
from indexer.search.answers.listing import terms_of
from indexer.search.archive import Archive
from indexer.search.query.parameters import MAX_PER_PAGE, SORT
from indexer.search.query.request import SearchRequest
from indexer.settings import number_setting


def add(commands: Any) -> None:
    """Add the commands of this module."""
    search = command(
        commands, "search", _search, "search the archive", "fihrist search '\"القوات الأمريكية\" انسحاب' --limit 5"
    )
    search.add_argument("query", metavar="QUERY")
    search.add_argument(
        "--limit", metavar="N", default="10", help=f"how many articles to show, 1 to {MAX_PER_PAGE} (10)"
    )
    order = "the order of the articles (relevance)"
    search.add_argument("--sort", choices=SORT.accepted, default=SORT.choices[0], help=order)
    search.add_argument("--all-copies", action="store_true", help="show every copy of an article, not just one")

    purpose = "show how each word is analysed, why, and under which terms it is indexed"
    analyze = command(commands, "analyze", _analyze, purpose, "fihrist analyze وللقوات")
    analyze.add_argument("text", metavar="TEXT", help="the text, or - for standard input")

    measure = command(commands, "eval", _eval, "measure the ranking on judged queries",
                      "fihrist eval headlines/ --run headlines.run")  # fmt: skip
    measure.add_argument("folder", metavar="DIR", nargs="?", type=Path,
                         help="a folder with docs.jsonl, queries.tsv and qrels.txt, each may be .gz")  # fmt: skip
    for name in ("docs", "queries", "qrels"):
        measure.add_argument(f"--{name}", metavar="FILE", type=Path, help=f"the file of {name}, if not in a folder")
    words_needed = "how many of a query's words an article must have (any, which ranks by score alone)"
    measure.add_argument("--match", choices=("any", "auto", "all"), default="any", help=words_needed)
    measure.add_argument("--run", metavar="OUT", type=Path, dest="run_file", help="write the TREC run to this file")


def _search(options: argparse.Namespace) -> int:
    collapse = "0" if options.all_copies else "1"
    asked = {"q": options.query, "limit": options.limit, "sort": options.sort, "collapse": collapse}
    params = {name: [value] for name, value in asked.items()}
    SearchRequest.from_params(params)  # an error in the request is reported before the index is opened
    archive = Archive(index_store(options), recency=number_setting("recency") / 100)
    request = SearchRequest.from_params(params, archive.own_fields())
    results = archive.search(request)
    if options.json:
        print_json(search_json(results, addresses=None))
        return 0
    for number, hit in enumerate(results.hits, 1):
        if number == results.total + 1:
            print(f"Partial matches, which have {'most' if results.most else 'a part'} of the words:")
        article = hit.article
        where = " · ".join(filter(None, (article.source, article.category, _when(article, request))))
        copies = f" · +{hit.cluster.size - 1} copies" if request.collapse and hit.cluster.size > 1 else ""
        print(f"{number}. {shown(hit.title)}\n   {harmless(where)} · {article.id}{copies}")
        for snippet in hit.snippets:
            print(f"   {shown(snippet)}")
    partial = f", {results.partial} partial matches" if results.partial else ""
    say(f"{results.total} results{partial}, {results.took_ms:.1f} ms")
    return 0


def _when(article: Article, request: SearchRequest) -> str:
    """The date of the article, and when it was fetched or added if it has no date or hits are ordered by that."""
    said = [article.published.value] if article.published else []
    if article.fetched_at is not None and (request.sort == "fetched" or not said):
        said.append(f"fetched on {moments.time_of(article.fetched_at).date()}")
    if article.indexed_at is not None and request.sort == "added":
        said.append(f"added on {moments.time_of(article.indexed_at).date()}")
    return ", ".join(said)


def _analyze(options: argparse.Namespace) -> int:
    text = sys.stdin.read() if options.text == "-" else options.text
    analyser = _analyser(options)
    tokens = analyser.tokens(text)
    if options.json:
        print_json({"text": text, "tokens": [token_json(token, analyser) for token in tokens]})
        return 0
    for token in tokens:
        print_row(token.text, f"{token.start}-{token.end}", f"position {token.position}")
        for step in analyser.steps(token):
            print_row(f"  {step.rule}", step.result, step.reason)
        for tier, terms in terms_of(token).items():
            print_row(f"  = {tier}", " ".join(terms) or "-")
    return 0


def _analyser(options: argparse.Namespace) -> Analyser:
    """The analyser of the index; if there is no index yet, that of the next one to be built."""
    try:
        return index_store(options).analyser()
    except NoIndexError:
        return Analyser(lexicon.shipped())


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
        print_json({**outcome.measures, "queries": outcome.queries, "documents": outcome.documents})
        return 0
    for name, value in outcome.measures.items():
        print(f"{name:<8} {value:.4f}")
    say(f"{outcome.queries} queries, {outcome.documents} documents")
    return 0
