# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests an archive's own fields, from the files to the pages, the API and the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from indexer.article import Article, Published, article_id
from indexer.columns import COLUMNS, OWN, RESERVED, ChosenNames, own_column
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.periods import Unit
from indexer.engine.queries import Filters
from indexer.engine.questions import ArticleQuery, PeriodRequest
from indexer.errors import UsageError
from indexer.search.query import parameters
from indexer.search.query.parameters import EXPORT_FIELDS, RESULT_FIELDS
from indexer.search.query.tree import FIELD_NAMES
from indexer.sources.records import own_fields
from indexer.sources.records.fields import NamedValues
from indexer.sources.records.own_fields import LONGEST_VALUE, MOST_FIELDS, own_values, parse_own_fields
from tests.commands.test_cli import Streams, fihrist
from web.api.views import ENDPOINTS
from web.app import create_app

SETTING = "language=lang, desk=meta.desk"
BODY = "افتتح الوزير الجسر الجديد اليوم في المدينة بحضور المهندسين."
LINES: list[dict[str, Any]] = [
    {"id": "1", "title": "جسر أول", "body": BODY, "author": "الساحل", "lang": "ar", "meta": {"desk": "الاقتصاد"}},
    {"id": "2", "title": "جسر ثان", "body": BODY + " مرة", "author": "الساحل اليوم", "lang": "ar", "meta": {"desk": 7}},
    {"id": "3", "title": "جسر ثالث", "body": BODY + " ثانية", "author": "ليلى حداد", "lang": ["ar", "fr", "ar"]},
    {"id": "4", "title": "جسر رابع", "body": BODY + " وثالثة", "lang": None, "meta": "none"},
]
ROWS = [["id", "title", "body", "lang"], ["5", "سوق خامس", BODY + " ورابعة", "fr"]]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES)
    (folder / "a.jsonl").write_text(lines, encoding="utf-8")
    written = io.StringIO()
    csv.writer(written).writerows(ROWS)
    (folder / "b.csv").write_text(written.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture
def index(news: Path, tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIHRIST_OWN_FIELDS", SETTING)
    monkeypatch.setenv("FIHRIST_INDEX", str(tmp_path / "index"))
    assert fihrist(capsys, "index", str(news))[0] == 0
    monkeypatch.delenv("FIHRIST_OWN_FIELDS")  # queries use the fields stored in the index, not the settings
    return tmp_path / "index"


@pytest.fixture
def client(index: Path) -> FlaskClient:
    return create_app(index).test_client()


def get(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def titles(found: dict[str, Any]) -> set[str]:
    return {result["title"] for result in found["results"]}


def test_the_api_filters_counts_and_shows_own_fields(client: FlaskClient) -> None:
    found = get(client, "/api/v1/search?language=ar")
    assert titles(found) == {"جسر أول", "جسر ثان"}
    assert found["facets"]["language"] == [
        {"value": "ar", "count": 2},
        {"value": "ar، fr", "count": 1},
        {"value": "fr", "count": 1},
    ]
    assert found["facets"]["desk"] == [{"value": "7", "count": 1}, {"value": "الاقتصاد", "count": 1}]
    by_title = {one["title"]: one.get("fields") for one in get(client, "/api/v1/search?q=جسر | سوق")["results"]}
    assert by_title == {
        "جسر أول": {"language": "ar", "desk": "الاقتصاد"},
        "جسر ثان": {"language": "ar", "desk": "7"},
        "جسر ثالث": {"language": "ar، fr"},
        "جسر رابع": None,
        "سوق خامس": {"language": "fr"},
    }
    one = get(client, "/api/v1/search?language=ar&desk=7&fields=id,desk&facets=desk")
    assert one["facets"] == {"desk": [{"value": "7", "count": 1}, {"value": "الاقتصاد", "count": 1}]}
    assert [result["fields"] for result in one["results"]] == [{"desk": "7"}]
    assert client.get("/api/v1/search?lang=en&dialect=x").status_code == 400
    (warning,) = get(client, "/api/v1/search?language=en")["warnings"]
    assert (warning["code"], warning["param"]) == ("unknown_name", "language")


def test_the_description_of_the_api_names_own_fields(client: FlaskClient) -> None:
    document = get(client, "/api/v1/openapi.json")
    validate(document)
    search = document["paths"]["/search"]["get"]["parameters"]
    assert {"language", "desk", "author"} <= {parameter["name"] for parameter in search}
    assert "desk" in document["components"]["schemas"]["Exported"]["properties"]
    assert "<code>language</code>" in client.get("/api/").text
    authors = get(client, "/api/v1/authors?language=ar")["authors"]
    assert [(one["name"], one["count"]) for one in authors] == [("الساحل", 1), ("الساحل اليوم", 1)]


def test_a_link_of_an_answer_keeps_the_filters_by_own_fields(client: FlaskClient) -> None:
    found = get(client, "/api/v1/search?language=ar&per_page=1")
    assert titles(get(client, found["next"])) | titles(found) == {"جسر أول", "جسر ثان"}
    assert "language=ar" in found["next"]
    names = get(client, "/api/v1/sources?language=ar")
    assert names["total"] == len(names["sources"])
    deep = client.get("/api/v1/search?language=ar&page=5000").json
    assert deep
    assert "export.ndjson?language=ar" in deep["export"]
    assert "facets=" not in found["next"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("language:ar", {"جسر أول", "جسر ثان", "جسر ثالث"}),
        ("لغة:ar", {"جسر أول", "جسر ثان", "جسر ثالث"}),
        ('language:"ar"', {"جسر أول", "جسر ثان"}),
        ("-language:ar جسر", {"جسر رابع", "سوق خامس"}),
        ("desk:اقتصاد", {"جسر أول"}),
        ("desk:اقت* | language:fr", {"جسر أول", "جسر ثالث", "سوق خامس"}),
        ("author:الساحل", {"جسر أول", "جسر ثان"}),
        ('author:"الساحل"', {"جسر أول"}),
        ("author:=الساحل", {"جسر أول"}),
        ("كاتب:(اليوم الساحل)", {"جسر ثان"}),
    ],
)
def test_queries_may_name_own_fields(client: FlaskClient, query: str, expected: set[str]) -> None:
    found = get(client, f"/api/v1/search?q={quote(query)}")
    assert titles(found) == expected
    assert titles(get(client, f"/api/v1/search?q={quote(found['query']['read_as'])}")) == expected


def test_the_pages_show_own_fields(client: FlaskClient) -> None:
    page = client.get("/?q=جسر&language=ar&lang=en").text
    assert "<h2>Language</h2>" in page
    assert '<span>Language:</span> <bdi dir="ltr">ar</bdi>' in page
    arabic = client.get("/?q=جسر").text
    assert "<h2>اللغة</h2>" in arabic
    assert "<h2>الكاتب</h2>" in arabic
    assert "language=fr" in arabic
    about = client.get("/about?lang=en").text
    assert ">Language</h2>" in about
    assert ">Authors</h2>" in about
    (result,) = get(client, "/api/v1/search?desk=7")["results"]
    article = client.get(f"/articles/{result['id']}?lang=en").text
    assert '<dt>Desk</dt><dd><bdi dir="ltr">7</bdi></dd>' in article


def test_completion_knows_own_fields(client: FlaskClient) -> None:
    found = get(client, "/api/v1/suggest?q=" + quote("language:f"))
    assert ("language:fr", 2) in {(one["text"], one["count"]) for one in found["suggestions"]}


def test_the_command_line_searches_and_exports_own_fields(index: Path, capsys: Streams) -> None:
    code, out, _ = fihrist(capsys, "search", "language:fr", "--json")
    assert code == 0
    assert titles(json.loads(out)) == {"جسر ثالث", "سوق خامس"}
    code, out, _ = fihrist(capsys, "export", "سوق", "--format", "csv", "--fields", "title,language,desk")
    assert (code, out.splitlines()) == (0, ["title,desk,language", "سوق خامس,,fr"])
    code, out, _ = fihrist(capsys, "export", "سوق")
    assert json.loads(out)["language"] == "fr"


def test_changed_own_fields_read_the_articles_anew(
    index: Path, news: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIHRIST_OWN_FIELDS", SETTING)
    code, out, _ = fihrist(capsys, "index", str(news), "--json")
    assert (code, json.loads(out)["changed"]) == (0, 0)
    monkeypatch.setenv("FIHRIST_OWN_FIELDS", "tongue=lang")
    code, out, _ = fihrist(capsys, "index", str(news), "--json")
    assert (code, json.loads(out)["changed"]) == (0, 4)
    client = create_app(index).test_client()
    assert titles(get(client, "/api/v1/search?tongue=fr")) == {"سوق خامس"}
    assert client.get("/api/v1/search?language=fr").status_code == 400


def test_a_merge_keeps_the_fields_and_the_precision_of_dates(engine: WhooshEngine, tmp_path: Path) -> None:
    def made(number: int) -> Article:
        own = (("desk", "محذوف"),) if number == 0 else (("language", f"x{number % 3}"),) if number % 4 else ()
        date = ("2021", "2021-05", "2021-05-01", "2021-05-01T10:00:00")[number % 4]
        return Article(
            article_id(f"{number}"), f"خبر {number}", f"نص {number}", "/x", published=Published(date), own=own
        )

    writer = engine.writer(tmp_path, fresh=True)
    for number in range(12):
        writer.apply([], [made(number)])
        writer.settle()
    writer.apply([article_id("0")], [])
    writer.finish()
    assert len(list(tmp_path.glob("*.idx"))) == 1
    merged = engine.open(tmp_path)
    assert merged.own_fields == ("language",)  # the only article with a desk is gone
    assert list(merged.names("language")) == ["", "x0", "x1", "x2"]
    asked = [ArticleQuery(filters=Filters(chosen=ChosenNames({"language": [name]}))) for name in ("x0", "x1", "x2", "")]
    assert merged.matches(asked) == [3, 3, 3, 2]
    units: tuple[Unit, ...] = ("day", "month", "year")
    spread = merged.periods([PeriodRequest(ArticleQuery(), unit, stated=True) for unit in units])
    assert [(one.vague, sum(count for _, count in one.counts)) for one in spread] == [(5, 6), (2, 9), (0, 11)]


@pytest.mark.parametrize(
    "setting",
    [
        "language", "language=", "=lang", "language=lang,", "Language=lang", "2nd=x", "a-b=x", "x" * 31 + "=x",
        "title=x", "from=x", "source=x", "مصدر=x", "year=x", "none=x", "lang=x", "language=a, لغة=b",
        ",".join(f"f{number}=x" for number in range(MOST_FIELDS + 1)),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_reported_and_nothing_is_done(
    news: Path, tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("FIHRIST_OWN_FIELDS", setting)
    code, _, err = fihrist(capsys, "index", str(news), "--index", str(tmp_path / "none"))
    assert code == 2
    assert own_fields.SETTING in err
    assert not (tmp_path / "none" / "CURRENT").exists()


def test_names_with_a_meaning_are_reserved() -> None:
    asked = {parameter.name for endpoint in ENDPOINTS for parameter in endpoint.parameters}
    meant = {*asked, *FIELD_NAMES, *FIELD_NAMES.values(), *RESULT_FIELDS, *EXPORT_FIELDS, *parameters.default_facets()}
    assert meant <= RESERVED
    assert {column.name for column in COLUMNS} <= RESERVED
    arabic = [own_column(name).arabic for name in ("language", "desk", "tags", "country", "place", "location")]
    assert len(set(arabic)) == len(arabic)


def test_a_setting_may_name_several_keys_in_order() -> None:
    fields = parse_own_fields("language=lang, language = meta.locale, لهجة=dialect")
    assert fields == {f"{OWN}language": ("lang", "meta.locale"), f"{OWN}لهجة": ("dialect",)}
    assert own_values(NamedValues({"meta": {"locale": "fr"}}), fields, []) == (("language", "fr"),)
    with pytest.raises(UsageError):
        parse_own_fields("language")


TEXTS = st.text(st.characters(exclude_categories=()), max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_any_value_becomes_one_short_line_or_a_note(value: object) -> None:
    notes: list[str] = []
    found = own_values(NamedValues({"lang": value}), {f"{OWN}language": ("lang",)}, notes)
    for name, text in found:
        assert name == "language"
        assert 0 < len(text) <= LONGEST_VALUE
        assert text == " ".join(text.split())
        text.encode("utf-8")
    assert len(notes) <= 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\x00b\x1bc\nd\te", "abc d e"),
        (True, "true"),
        (3, "3"),
        (2.5, "2.5"),
        ({"name": "ar", "id": 1}, "ar"),
        ([{"name": "ar"}, "fr", None, "-", 4], "ar، fr، 4"),
        ("ا" * 5_000, "ا" * LONGEST_VALUE),
        ("\u202eevil\u2066", "evil"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200f\u202e", ""),
        ("n/a", ""),
        (10**30, ""),
        ({"a": {"b": 1}}, ""),
        ("\ud800", ""),
    ],
)
def test_values_of_other_types(value: object, text: str) -> None:
    found = own_values(NamedValues({"lang": value}), {f"{OWN}language": ("lang",)}, [])
    assert found == ((("language", text),) if text else ())


def test_thousands_of_values_are_counted_and_found(
    news: Path, tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(news)
    news.mkdir()
    many = [{"id": str(n), "title": f"خبر {n}", "body": f"{BODY} {n}", "lang": f"قيمة {n}"} for n in range(3_000)]
    (news / "a.jsonl").write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in many), encoding="utf-8")
    monkeypatch.setenv("FIHRIST_OWN_FIELDS", SETTING)
    monkeypatch.setenv("FIHRIST_INDEX", str(tmp_path / "index"))
    assert fihrist(capsys, "index", str(news))[0] == 0
    client = create_app(tmp_path / "index").test_client()
    found = get(client, "/api/v1/search?collapse=0&language=" + quote("قيمة 2999"))
    assert (found["total"], len(found["facets"]["language"])) == (1, 50)
    assert {"value": "قيمة 2999", "count": 1} in found["facets"]["language"]
    assert get(client, "/api/v1/search?collapse=0&q=" + quote('language:"قيمة 77"'))["total"] == 1
