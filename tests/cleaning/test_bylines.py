# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests which authors and agencies a byline names."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.cleaning.authors.byline_parts import EDGES
from indexer.cleaning.authors.bylines import MOST, authors_in
from tests.conftest import ROOT

ROWS = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests" / "golden" / "bylines.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PIECES = (
    *"و:-/()«»،,", '"', " - ", "واس", "الرياض", "سعد", "المرجاني", "وليلى", "كتب", "د.", "admin", "a@b.c", "x.org",
    "12", "AFP", "\u200f", "\u0640", "\x00", "\x000\x00", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize(("byline", "names"), ROWS, ids=lambda part: part)
def test_the_names_in_a_byline(byline: str, names: str) -> None:
    assert authors_in(byline) == (() if names == "-" else tuple(names.split("|")))


GIVEN_NAMES = """
محمد أحمد علي حسن حسين عمر عثمان خالد سعيد سالم صالح فهد ناصر منصور ماجد وليد طارق زياد رامي سامي هاني وسيم وائل ياسر يوسف
إبراهيم إسماعيل إسحاق يعقوب موسى عيسى داود سليمان زكريا يحيى عادل كريم رحيم نبيل جميل خليل جليل أمين رشيد مجيد حميد فريد وحيد
عبدالله عبدالرحمن فيصل سلطان بندر تركي نايف سعود بدر هيثم أيمن أنس أنور أكرم أسامة أشرف باسم بسام بشار بلال تامر توفيق ثامر جابر
جعفر جلال جمال جواد حاتم حازم حامد حبيب حسام حمد حمزة خضر راشد راغب رضا رفيق رياض زاهر زيد سمير سيف شادي شاكر شريف صادق صلاح ضياء
طلال عارف عاصم عامر عباس عدنان عزيز عصام علاء عماد عمار غازي غسان فادي فارس فاضل فؤاد فوزي قاسم كامل كمال لؤي ليث مازن مالك مأمون
مجدي محسن محمود مختار مراد مروان مصطفى معاذ معتز منذر منير مهند نادر نديم نزار نضال هاشم هشام همام وسام ياسين يزن فاطمة عائشة خديجة
زينب مريم سارة ليلى منى هدى نور ندى رنا ريم دينا هند سلمى سلوى نجوى لبنى رانيا داليا نادية سميرة أمل إيمان هناء وفاء سناء رجاء شيماء
أسماء إسراء آية بسمة جنان حنان حياة دعاء رحاب سحر سمر شهد عبير غادة فرح كوثر لينا مها نهى هالة وردة يارا
""".split()


@pytest.mark.parametrize("name", GIVEN_NAMES)
def test_no_given_name_is_taken_for_another_word(name: str) -> None:
    for whole in (f"{name} المرجاني", f"سامر {name}"):
        assert authors_in(whole) == (whole,)
        assert authors_in(f"الرياض - {whole}") == (whole,)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=12).map(" ".join) | st.text(max_size=400))
@example("سعد و و ليلى النخيلي")
@example("،".join(f"اسم{'ي' * n} ثان" for n in range(40)))
def test_any_byline_has_names_without_signs_around_them(byline: str) -> None:
    names = authors_in(byline)
    assert len(set(names)) == len(names) <= MOST
    for name in names:
        assert name == name.strip(EDGES)
        assert any(map(str.isalpha, name))
        assert "\n" not in name
