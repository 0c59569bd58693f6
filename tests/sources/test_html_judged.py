# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests which HTML pages are articles, what the other pages are, and which date counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.cleaning import clean
from indexer.cleaning.dates.page_dates import shown_date
from indexer.commands.cli import main
from indexer.sources import Record, read
from indexer.sources.formats.html import record_of_markup
from indexer.sources.pages.address_shapes import AddressShape, address_shape
from tests.sources.html_dated_pages import DATED, POLICY, UNDATED, bulletin, misdeclared, video
from tests.sources.html_no_articles import LISTS, OTHERS, Template
from tests.sources.html_pages import COMMENTS, LATEST, SUMMARIES, TEMPLATES, Story, broadcaster
from tests.sources.test_html_articles import sample

STORIES = sample()
SHORT = Story(
    "افتتاح جسر المشاة في حي الزيتون", ("افتتح رئيس البلدية مساء أمس جسر المشاة في حي الزيتون بعد عام من العمل.",)
)
OPINION = Story("سيرة النهر", STORIES[0].paragraphs * 3)
FURNITURE = (*LATEST, *SUMMARIES, *POLICY, *(said for _, said in COMMENTS), "برنامج أسبوعي يأخذكم")


def judged(markup: str) -> Record:
    return record_of_markup(markup)


@pytest.mark.parametrize("template", LISTS + OTHERS, ids=lambda template: template.__name__)
def test_pages_that_are_no_articles(template: Template) -> None:
    for first in range(0, len(STORIES) - 8, 5):
        record = judged(template(STORIES[first : first + 8]))
        assert record.no_article, record.text


@pytest.mark.parametrize("template", TEMPLATES + DATED + UNDATED, ids=lambda template: template.__name__)
def test_articles_are_recognised_however_short(template: Callable[[Story], str]) -> None:
    # A sentence below a link is a teaser if it begins like the link. A page at the address of the home page is not an
    # article.
    short = () if template in (bulletin, misdeclared) else (SHORT,)
    for story in (*short, *STORIES[::6]):
        assert judged(template(story)).no_article == ""


@pytest.mark.parametrize(
    "template",
    [template for template in DATED if template not in (bulletin, misdeclared, video)],
    ids=lambda template: template.__name__,
)
def test_a_title_of_two_words_may_be_an_article(template: Callable[[Story], str]) -> None:
    assert judged(template(OPINION)).no_article == ""


@pytest.mark.parametrize("template", DATED, ids=lambda template: template.__name__)
def test_the_date_beside_the_headline_counts(template: Callable[[Story], str]) -> None:
    for story in (SHORT, *STORIES[::6]):
        published = clean(judged(template(story))).published
        assert published is not None
        assert published.value.startswith(story.day)


@pytest.mark.parametrize("template", UNDATED, ids=lambda template: template.__name__)
def test_dates_of_other_articles_do_not_count(template: Callable[[Story], str]) -> None:
    assert clean(judged(template(STORIES[0]))).published is None


@pytest.mark.parametrize("template", DATED + UNDATED, ids=lambda template: template.__name__)
def test_the_article_stays_and_its_surroundings_are_removed(template: Callable[[Story], str]) -> None:
    for story in STORIES[::6]:
        article = clean(judged(template(story)))
        wanted = story.paragraphs[:1] if template is video else story.paragraphs
        assert article.title == story.title
        assert [text for text in wanted if " ".join(text.split()) not in " ".join(article.body.split())] == []
        assert [text for text in FURNITURE if text in article.body] == []


def test_linked_headings_stay_if_they_belong_to_the_text_below() -> None:
    heads = (
        "وزير الري يتفقد سدود الشمال قبل موسم الأمطار",
        "طبيبة تحذر من ضربات الشمس في الملاعب",
        "أسعار القمح تستقر في بورصة الحبوب",
    )
    texts = (
        "تفقد وزير الري اليوم ثلاثة من سدود الشمال، وقال إن أعمال الصيانة ستنتهي قبل موسم الأمطار المقبل.",
        "حذرت طبيبة الأطفال سعاد الكيلاني من ضربات الشمس التي تصيب اللاعبين في الملاعب المكشوفة وقت الظهيرة.",
        "استقرت أسعار القمح في بورصة الحبوب أمس بعد أسبوع من الارتفاع، وتوقع تجار أن تبقى على حالها حتى الحصاد.",
    )
    items = "".join(
        f'<p><a href="/{head[:4]}">{head}</a></p><p>{text}</p>' for head, text in zip(heads, texts, strict=True)
    )
    cross = '<p><a href="/x">معرض الكتاب يستقبل مئة ألف زائر في يومه الأول</a></p>'
    title = "نشرة الصباح من المدن والأقاليم"
    body = clean(
        judged(f"<html><title>{title}</title><body><h1>{title}</h1><div>{items}</div>{cross}</body></html>")
    ).body
    assert [line for line in heads + texts if line not in body] == []
    assert "معرض الكتاب" not in body


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([("14 مارس 2023", "", False)], "2023-03-14"),
        ([("15 مارس 2023", "آخر تحديث:", False), ("14 مارس 2023", "", False)], "2023-03-14"),
        ([("(تم التحديث: 10:05 15.03.2023)", "", True), ("14:43 14.03.2023", "", True)], "2023-03-14"),
        ([("كتب: سامي الدالي | 14 مارس 2023", "", False)], "2023-03-14"),
        ([("بواسطة سامي الدالي في ثلاثاء, 03/14/2023 - 09:30", "", True)], "2023-03-14"),
        ([("صورة من احتفالات 14 مارس 2020 في الساحة", "", False)], None),
        ([("2023", "", True), ("مارس 2023", "", True)], None),
        ([("منذ 3 أيام", "", True)], "2023-03-14"),
    ],
)
def test_which_elements_are_dates(shown: list[tuple[str, str, bool]], expected: str | None) -> None:
    found = shown_date(shown, "2023-03-17T08:00:00Z")
    assert (found.value[:10] if found else None) == expected


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("https://a.example/", AddressShape.HOME),
        ("https://a.example/ar/index.html", AddressShape.HOME),
        ("https://a.example/category/sport", AddressShape.LIST),
        ("https://a.example/?s=%D8%AC%D8%B3%D8%B1", AddressShape.LIST),
        ("https://a.example/الوسم/جسر", AddressShape.LIST),
        ("https://a.example/privacy-policy", AddressShape.OTHER),
        ("https://a.example/user/login.php", AddressShape.OTHER),
        ("https://a.example/2023/03/14/jisr", AddressShape.ARTICLE),
        ("https://a.example/news.php?id=4812", AddressShape.ARTICLE),
        ("https://a.example/archive/481213", AddressShape.ARTICLE),
        ("https://a.example/local/new-bridge-opens-today", AddressShape.ARTICLE),
        ("https://a.example/about-a-bridge-that-was-closed", AddressShape.ARTICLE),
        ("https://a.example/sport", AddressShape.UNKNOWN),
        ("/relative", AddressShape.UNKNOWN),
        ("http://[broken", AddressShape.UNKNOWN),
        ("", AddressShape.UNKNOWN),
    ],
)
def test_forms_of_addresses(url: str, shape: AddressShape) -> None:
    assert address_shape(url) == shape


def test_a_run_names_pages_without_article_and_reads_them_by_a_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, index = tmp_path / "archive", str(tmp_path / "index")
    archive.mkdir()
    (archive / "a.html").write_text(broadcaster(STORIES[0]), encoding="utf-8")
    (archive / "section.html").write_text(LISTS[0](STORIES[:8]), encoding="utf-8")
    run = ["index", str(archive), "--index", index, "--json"]
    assert main(run) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["articles"], report["skipped"]) == (1, [])
    (named,) = report["not_articles"]
    assert (Path(named["path"]).name, named["where"], named["is"]) == ("section.html", None, "a list of links")
    assert main(run) == 0
    assert json.loads(capsys.readouterr().out)["not_articles"] == []  # the page is known and unchanged
    monkeypatch.setenv("FIHRIST_ALL_PAGES", "1")
    assert main(run) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["articles"], report["not_articles"]) == (2, [])
    monkeypatch.setenv("FIHRIST_ALL_PAGES", "0")
    assert main([*run, "--allow-shrink"]) == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 1


def test_an_archive_without_articles_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "home.html"
    path.write_text(LISTS[1](STORIES[:8]), encoding="utf-8")
    assert main(["index", str(path), "--index", str(tmp_path / "index")]) == 1
    assert "home.html: a list of links" in capsys.readouterr().err
    assert main(["clean", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "records": [],
        "not_articles": [{"path": str(path), "record": None, "is": "a list of links"}],
    }
    assert "no article" in err


def test_a_page_that_says_it_is_an_article_but_has_no_text_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><head><title>جسر</title>"
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"جسر"}</script></head>'
        '<body><div id="root"></div></body></html>',
        encoding="utf-8",
    )
    with pytest.raises(Exception, match="says it is an article but has no text"):
        list(read(path, max_bytes=1 << 20))


def test_the_visible_headline_replaces_a_title_of_one_word() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in (
        "أعلن المجلس البلدي أمس خطة لتجديد أنابيب المياه في الأحياء الشرقية قبل حلول الصيف.",
        "وأوضح رئيس المجلس أن الأشغال تبدأ الأسبوع المقبل وتدوم أربعة أشهر على الأكثر.",
    ))  # fmt: skip
    body = f"<body><h1>المجلس البلدي يجدّد أنابيب المياه</h1>{paragraphs}</body>"
    record = record_of_markup(f"<html><head><title>أخبار</title></head>{body}</html>")
    assert (record.title, record.no_article) == ("المجلس البلدي يجدّد أنابيب المياه", "")
    assert "الأشغال تبدأ" in record.text
