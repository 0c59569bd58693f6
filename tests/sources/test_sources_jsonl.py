# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how JSON Lines become records: the names of fields, keys, and all faults of a line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from indexer.sources import Fault, Record
from indexer.sources.records.json_texts import LONGEST_TEXT
from tests.sources.test_sources import BODY, HEADLINE, faults, put, read_all, reason, records


def test_every_name_of_a_field(tmp_path: Path) -> None:
    lines = [
        {
            "id": "a",
            "title": HEADLINE,
            "body": BODY,
            "date": "2017",
            "source": "س",
            "category": "ق",
            "author": "ك",
            "url": "u",
        },
        {"id": 7, "title": None, "text": BODY, "published": "2018", "outlet": "س", "section": "ق"},
        {"url": "http://a.example/", "content": BODY, "published_at": "2019", "extra": [1, {}]},
    ]
    content = "\n".join(json.dumps(line, ensure_ascii=index == 1) for index, line in enumerate(lines))
    first, second, third = records(put(tmp_path, "a.jsonl", "\ufeff" + content))
    assert first == Record("a", BODY, False, HEADLINE, "س", "ق", "ك", "u", "2017")
    assert second == Record("7", BODY, False, "", "س", "ق", "", "", "2018")
    assert third == Record("http://a.example/", BODY, False, "", "", "", "", "http://a.example/", "2019")


def test_lines_end_in_newline_alone(tmp_path: Path) -> None:
    body = "سطر\u2028ثان\u0085ثالث"
    content = json.dumps({"body": body}, ensure_ascii=False) + "\r\n\n" + json.dumps({"body": BODY}) + "\n"
    first, second = records(put(tmp_path, "a.ndjson.gz", gzip.compress(content.encode())))
    assert first.text == "سطر\u2028ثان ثالث"
    assert (second.text, second.key) == (BODY, "line-3")


def test_keys_are_unique(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "body": "1"},
        {"id": "a", "url": "u", "body": "2"},
        {"id": "a", "url": "u", "body": "3"},
        {"id": "line-5", "body": "4"},
        {"body": "5"},
        {"id": " ", "url": "u", "body": "6"},
    ]
    found = records(put(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines))))
    assert [record.key for record in found] == ["a", "u", "line-3", "line-5", "line-5-2", "line-6"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "not JSON"),
        ("نص", "not JSON"),
        ('["a"]', "not a JSON object"),
        ('"a"', "not a JSON object"),
        ('{"title": "", "body": " "}', "no text"),
        ('{"id": "a"}', "no text"),
        ('{"body": 7, "title": []}', "body is a number, not a text"),
        ('{"name": "a", "of": 7}', "no text: no name in it is known; it has name, of; FIHRIST_FIELDS=title=NAME"),
        ('{"body": "a\\ud800"}', "body holds a lone surrogate"),
        ('{"body": "a", "x": NaN}', "not JSON: NaN"),
        ('{"body": "a", "x": -Infinity}', "not JSON: -Infinity"),
        ('{"body": "a", "x": ' + "9" * 10_000 + "}", "a number of 10000 digits"),
        ('{"body": ' + "[" * 200_000 + "}", "not JSON"),
        ('{"body": "' + "a" * LONGEST_TEXT + '"}', "longer than"),
    ],
)
def test_a_bad_line_is_a_fault_and_the_others_go_on(tmp_path: Path, line: str, expected: str) -> None:
    good = json.dumps({"id": "good", "body": BODY})
    items = read_all(put(tmp_path, "a.jsonl", f"{good}\n{line}\n{good}\n"), max_bytes=1 << 30)
    first, fault, last = items
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert isinstance(fault, Fault)
    assert fault.where == "line 2"
    assert fault.reason.startswith(expected)
    assert reason(put(tmp_path, "b.jsonl", line), max_bytes=1 << 30).startswith(f"no usable line; line 1: {expected}")


def test_broken_bytes_damage_their_line_only(tmp_path: Path) -> None:
    good = json.dumps({"body": BODY}, ensure_ascii=False).encode()
    path = put(tmp_path, "a.jsonl", good + b"\n" + good.replace("ا".encode(), b"\xd8") + b"\n" + good)
    ((where, why),) = faults(path)
    assert where == "line 2"
    assert why.startswith("broken UTF-8: byte")
    one = put(tmp_path, "b.jsonl", good + b"\n" + good[:-4] + b'\xd8"}\n')
    first, second = records(one)
    assert (first.notes, second.notes) == ((), ("broken UTF-8 in 1 place, shown as U+FFFD",))
    assert second.text == BODY[:-1] + "\ufffd"


def test_utf16_lines(tmp_path: Path) -> None:
    content = "\n".join(json.dumps({"body": body}, ensure_ascii=False) for body in (HEADLINE, BODY))
    assert [record.text for record in records(put(tmp_path, "a.jsonl", content.encode("utf-16")))] == [HEADLINE, BODY]


def test_json_lines_are_recognised_by_their_content(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "body": BODY})
    assert records(put(tmp_path, "a.txt", f"\n  {line}\n"))[0].key == "a"
    long = json.dumps({"id": "a", "body": BODY * 2000})
    assert records(put(tmp_path, "b.txt", long))[0].key == "a"
    assert records(put(tmp_path, "c.txt", "{ هذا ليس JSON }"))[0].flattened
    assert records(put(tmp_path, "d.txt", "{}ليس" + BODY))[0].flattened
