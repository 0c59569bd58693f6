# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of a dump: a gzip stream of a tar archive, written and read from front to end, also through a pipe.

Its members, in this order::

    dump.json                   what the dump holds, as a JSON object: see `DumpHeader`
    catalog.sqlite              the catalog of the generation: see `indexer.catalog.catalog`
    articles/00000001.jsonl     articles, a JSON object a line as `Article.to_json` writes it, ascending by id
    articles/00000002.jsonl     ...

The catalog comes before the articles, so that a reader can compare each article with its entry as it arrives. A dump
holds no terms and depends on no analyser: whoever reads it analyses the articles anew. All members are regular files.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

FORMAT = 1
"""The version of this layout. Raise it with every change of the members, of articles in JSON, or of the catalog."""

HEADER, CATALOG = "dump.json", "catalog.sqlite"

Count = Annotated[int, Meta(ge=0, le=2**62)]
Name = Annotated[str, Meta(max_length=200)]


class DumpHeader(msgspec.Struct, frozen=True):
    """The content of ``dump.json``.

    ``generation``, ``built_at``, ``engine`` and ``analyser`` say where the dump comes from; nothing depends on them.
    ``cleaning`` is that of `GenerationInfo`. ``articles`` and ``twins`` count the rows of the catalog.
    ``catalog_bytes`` is the catalog's size and ``catalog_digest`` its SHA-256 in hexadecimal.
    """

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    generation: Name
    built_at: Name
    engine: Name
    analyser: Name
    cleaning: Name
    articles: Count
    twins: Count
    catalog_bytes: Count
    catalog_digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


def articles_member(number: int) -> str:
    """The name of the member that holds the articles with this number, from 1."""
    return f"articles/{number:08d}.jsonl"
