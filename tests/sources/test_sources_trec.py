# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how TREC SGML becomes records: elements, entities, and DOCs that are not articles."""

from __future__ import annotations

import gzip
import json
import tarfile
from itertools import islice
from pathlib import Path

from indexer.sources import Fault, Record
from tests.sources.test_sources import BODY, HEADLINE, doc, put, read_all, reason, records


def test_every_element(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.txt", doc(abstract="ملخص آخر")))
    assert record == Record(
        "A-1", f"ملخص آخر\n{BODY}", False, HEADLINE, "راديو", "sport", "", "http://a.example/1", "31/08/2016"
    )


def test_the_abstract_comes_once(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.trec", doc(abstract=BODY.replace(" ", "\n "))))
    assert record.text == BODY
    (record,) = records(put(tmp_path, "b.trec", doc(abstract=BODY, text="")))
    assert record.text == BODY


def test_entities_are_unescaped_once(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.trec", doc(title="AT&amp;T &amp;quot; &lt;TEXT&gt; &copy &#1575;&#13;&#0;")))
    assert record.title == "AT&T &quot; <TEXT> &copy ا \ufffd"


def test_many_docs_some_of_them_bad(tmp_path: Path) -> None:
    content = "".join(
        [
            '<?xml version="1.0"?>\n<!-- ملف -->\n',
            doc(),
            doc(number=""),
            "<DOC>\n<DOCNO>B</DOCNO>\n<TEXT>\nلم يغلق\n</TEXT>\n",
            doc(number="<DOCNO>C</DOCNO>"),
            doc(),
            "نص خارج الوثائق\n",
            doc(number="<DOCNO>D</DOCNO>", title="", text=""),
            doc(number="<DOCNO>E</DOCNO>").replace("</TEXT>", ""),
            doc(number="<DOCNO>F</DOCNO>").lower(),
            "<DOC>\n<DOCNO>G</DOCNO>",
        ]
    )
    items = read_all(put(tmp_path, "a.sgml", content))
    assert [item.key for item in items if isinstance(item, Record)] == ["A-1", "C", "A-1-2", "f"]
    found = [(item.where, item.reason) for item in items if isinstance(item, Fault)]
    assert [why for _, why in found] == [
        "no <DOCNO>, and no id in <DOC>",
        "<DOC> is not closed",
        "text outside of <DOC>",
        "no text: neither a title nor a body",
        "<TEXT> is not closed",
        "<DOC> is not closed",
    ]
    lines = content.split("\n")
    for where, why in found:
        line = lines[int(where.removeprefix("line ")) - 1]
        assert line == ("نص خارج الوثائق" if why == "text outside of <DOC>" else "<DOC>")


def test_gigaword(tmp_path: Path) -> None:
    content = (
        f'<DOC id="AFP_ARB_1" type="story" >\n<HEADLINE>\n{HEADLINE}\n</HEADLINE>\n'
        f"<TEXT>\n<P>\n{BODY}\n</P>\n</TEXT>\n</DOC>"
    )
    (record,) = records(put(tmp_path, "afp.sgml.gz", gzip.compress(content.encode())))
    assert (record.key, record.title, record.text) == ("AFP_ARB_1", HEADLINE, BODY)


def test_docs_in_windows_1256(tmp_path: Path) -> None:
    assert [record.text for record in records(put(tmp_path, "a.trec", doc().encode("cp1256")))] == [BODY]


def test_a_file_without_doc(tmp_path: Path) -> None:
    assert reason(put(tmp_path, "a.xml", f"<list><title>{HEADLINE}</title></list>")) == "not TREC SGML: holds no <DOC>"


def test_the_ant_corpus(shared: Path, tmp_path: Path) -> None:
    """The JSON Lines of the corpus were made from the same files, so both must give the same articles."""
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        articles = {article["id"]: article for article in map(json.loads, lines)}
    compared = 0
    with tarfile.open(shared / "data" / "ant_v1.1_trec.tar.gz", "r|gz") as tar:
        for member in islice((member for member in tar if member.isfile()), 1500):
            file = tar.extractfile(member)
            assert file is not None
            (record,) = records(put(tmp_path, "a.txt", file.read()))
            assert not record.flattened
            assert record.key == Path(member.name).stem or len(record.key) < 4
            article = articles.get(record.key)
            if article and article["title"] and article["body"]:
                compared += 1
                assert record.title == " ".join(article["title"].split())
                assert article["body"].split() == record.text.split()[-len(article["body"].split()) :]
                assert (record.url, record.source, record.category) == (
                    article["url"],
                    article["source"],
                    article["category"],
                )
    assert compared > 1000
