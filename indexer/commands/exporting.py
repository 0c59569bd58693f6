# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist export`` writes all that a search finds; ``fihrist key`` makes keys for the API."""

from __future__ import annotations

import argparse
import sys
from typing import Any, cast

from indexer.columns import Order
from indexer.commands.output import print_json, say
from indexer.commands.parser import command, index_store
from indexer.operating.keys import new_key
from indexer.search.answers import export
from indexer.search.archive import Archive
from indexer.search.query import parameters
from indexer.search.query.request import SearchRequest

_ASKED = {
    "from": parameters.FROM,
    "to": parameters.TO,
    "fetched_from": parameters.FETCHED_FROM,
    "fetched_to": parameters.FETCHED_TO,
    "indexed_from": parameters.INDEXED_FROM,
    "indexed_to": parameters.INDEXED_TO,
    "added_since": parameters.ADDED_SINCE,
    **{parameter.name: parameter for parameter in (*parameters.COLUMN_PARAMETERS, *parameters.EXCLUDING_PARAMETERS)},
    "has": parameters.HAS,
    "missing": parameters.MISSING,
    "match": parameters.MATCH,
    "sort": parameters.EXPORT_SORT,
    "cursor": parameters.CURSOR,
    "limit": parameters.EXPORT_LIMIT,
    "fields": parameters.EXPORTED,
}
"""The options of an export; they are parameters of the API."""


def add(commands: Any) -> None:
    """Add the commands of this module."""
    purpose = "write all articles that a search finds, or the whole archive, to stdout"
    example = "fihrist export 'جسر' --from 2023 --format csv > bridges.csv"
    made = command(commands, "export", _export, purpose, example, json_too=False)
    made.add_argument("query", metavar="QUERY", nargs="?", default="", help="the search (all articles)")
    formats = "one JSON object a line, or a table (ndjson)"
    made.add_argument("--format", choices=("ndjson", "csv"), default="ndjson", help=formats)
    for name, parameter in _ASKED.items():
        several = {"action": "append"} if parameter.repeatable else {}
        option = f"--{name.replace('_', '-')}"
        made.add_argument(option, metavar="VALUE", help=parameter.meaning.replace("%", "%%"), **several)  # type: ignore[arg-type]  # one action or none
    made.add_argument("--all-copies", action="store_true", help="write every copy of an article, not just one")
    made.add_argument("--bom", action="store_true", help="begin a table with a byte order mark, which Excel needs")

    purpose = "make a key for the API, and its line for the file that FIHRIST_API_KEYS names"
    key = command(commands, "key", _key, purpose, "fihrist key newsroom")
    key.add_argument("name", metavar="NAME", help="the holder of the key: letters, digits, dots, hyphens, underscores")
    key.add_argument("--write", action="store_true", help="the key also gives the right to write to the archive")


def _export(options: argparse.Namespace) -> int:
    given = {name: getattr(options, name) for name in _ASKED}
    params = {name: value if isinstance(value, list) else [value] for name, value in given.items() if value}
    params |= {"q": [options.query], "collapse": ["0" if options.all_copies else "1"]}
    archive = Archive(index_store(options))
    own = archive.own_fields()
    narrowing = {parameter.name for parameter in parameters.NARROWING}
    narrowed = {name: values for name, values in params.items() if name in narrowing}
    request = SearchRequest.from_params(narrowed, own, archive.has_name)
    cursor, most = parameters.CURSOR.read(params), parameters.EXPORT_LIMIT.read(params)
    sort = parameters.EXPORT_SORT.read(params)
    fields = parameters.exported_fields(params, own)
    made = archive.export(request, cursor, most, None if sort == parameters.BY_ID else cast(Order, sort))
    table = options.format == "csv"
    pieces = export.table(made, fields, bom=options.bom) if table else export.lines(made, fields)
    for piece in pieces:
        # The line ends of a table are its own.
        sys.stdout.buffer.write(piece.encode("utf-8"))
    say(f"{min(made.total, most)} articles of {made.index.generation}")
    return 0


def _key(options: argparse.Namespace) -> int:
    key, line = new_key(options.name, may_write=options.write)
    if options.json:
        print_json({"key": key, "line": line})
        return 0
    print(line)
    say(f"The key, shown only now: {key}\nAppend the line on stdout to the file that FIHRIST_API_KEYS names.")
    return 0
