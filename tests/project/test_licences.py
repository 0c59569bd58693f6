# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that every source file states its licence, and that the tool which inserts the statement changes nothing
else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.project.licences import COMMENTS, LICENCE, line_for, sources, with_line

LINES = [comment.format(LICENCE) for comment in COMMENTS.values()]


def test_every_source_file_states_its_licence() -> None:
    files = sources()
    assert {path.suffix for path in files} == set(COMMENTS)
    missing = [
        path.relative_to(ROOT).as_posix()
        for path in files
        if line_for(path) not in path.read_text(encoding="utf-8").split("\n")[:2]
    ]
    assert missing == [], "python -m tests.project.licences adds the line"


@given(st.text(), st.sampled_from(LINES), st.sampled_from(["", "#!/usr/bin/env python3\n"]))
def test_the_line_is_added_once_and_nothing_is_lost(text: str, line: str, before: str) -> None:
    changed = with_line(before + text, line)
    assert with_line(changed, line) == changed
    assert line in changed.split("\n")[: 2 if changed.startswith("#!") else 1]
    if changed != before + text:
        assert changed.replace(f"{line}\n", "", 1) == before + text


@pytest.mark.parametrize("line", LINES)
def test_a_line_further_down_does_not_count(line: str) -> None:
    assert with_line(f"text\n{line}\n", line) == f"{line}\ntext\n{line}\n"
