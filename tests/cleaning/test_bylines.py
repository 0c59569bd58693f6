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


GIVEN_NAMES = (ROOT / "tests" / "golden" / "given_names.txt").read_text(encoding="utf-8").split()


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
