# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile files: each repeats something that a careless reader would search again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple


class HostileFile(NamedTuple):
    """A file named ``name`` with the content ``make(number)``; four times the number gives a file four times as
    large."""

    name: str
    make: Callable[[int], str]
    number: int


def with_number(inner: str) -> str:
    """Returns a DOC of TREC SGML that holds ``inner``."""
    return f"<DOC><DOCNO>A</DOCNO>{inner}</DOC>"


HOSTILE_FILES = (
    HostileFile("a.trec", lambda n: with_number("<TEXT>a</TEXT>") * n, 2000),
    HostileFile("a.jsonl", lambda n: '{"id": "a", "url": "u", "body": "b"}\n' * n, 400),
    HostileFile("a.trec", lambda n: with_number(f"<TEXT>{'a' * 60}</TEXT>" * n), 30_000),
    HostileFile("a.trec", lambda n: with_number("<TEXT>" * n), 50_000),
    HostileFile("a.trec", lambda n: "<DOC>\n" * n, 9000),
    HostileFile("a.trec", lambda n: "<DOC>\n" * n + "</DOC>", 9000),
    HostileFile("a.trec", lambda n: "<DOC " * n, 100_000),
    HostileFile("a.trec", lambda n: "<DOC>" + "</DOC        " * n, 100_000),
    HostileFile("a.trec", lambda n: f"<DOC id{' ' * n}></DOC>", 200_000),
    HostileFile("a.trec", lambda n: with_number(f"<TEXT>{'<P ' * n}</TEXT>"), 50_000),
    HostileFile("a.trec", lambda n: with_number(f"<TEXT>{'&amp;' * n}</TEXT>"), 50_000),
    HostileFile("a.trec", lambda n: with_number(f"<ABSTRACT>{'a' * n}b</ABSTRACT><TEXT>{'a' * 4 * n}</TEXT>"), 100_000),
    HostileFile("a.trec", lambda n: "<DOC></DOC>a" * n, 5000),
    HostileFile("a.jsonl", lambda n: json.dumps({"body": "a"} | {str(key): key for key in range(n)}), 2000),
    HostileFile("a.jsonl", lambda n: '{"body": "a", "x": ' + "[" * n + "]" * n + "}", 100_000),
    HostileFile("a.jsonl", lambda n: '{"body": "a", "x": 1.' + "1" * n + "}", 100_000),
    HostileFile("a.jsonl", lambda n: "\r\n" * n + '{"body": "a"}', 200_000),
    HostileFile("a.jsonl", lambda n: "\0\n" * n + '{"body": "a"}', 200_000),
    HostileFile("a.json", lambda n: "[" + '{"body": "a"},' * n + "{}]", 500),
    HostileFile("a.json", lambda n: '[{"body": "' + "\\\\" * n + '"}]', 200_000),
    HostileFile("a.json", lambda n: "[" + '{"body": "a}\n' * n, 5000),
    HostileFile("a.txt", lambda n: "a\0" * n, 500_000),
    HostileFile("a.txt", lambda n: "a\r\x01" * n, 200_000),
    HostileFile("a.xml", lambda n: "<!-- a -->" * n, 5000),
    HostileFile("a.xml", lambda n: "<!--" * n, 50_000),
    HostileFile("a.xml", lambda n: "<DOC>" + "<TEXT>" * n, 40_000),
    HostileFile("a.xml", lambda n: "<DOC" * n, 50_000),
    HostileFile("a.xml", lambda n: "<?" * n, 50_000),
)
