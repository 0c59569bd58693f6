# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the table of parameters: each parameter behaves as declared, and any address is read or refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import RequestError
from indexer.search.query import parameters
from indexer.search.query.parameter_types import Parameter
from indexer.search.query.parameters import SEARCH, require_known
from indexer.search.query.request import SearchRequest

EVERY = {
    id(one): one
    for one in (*vars(parameters).values(), *(one for group in (SEARCH,) for one in group))
    if isinstance(one, Parameter)
}
NAMES = sorted({one.name for one in SEARCH})
PLAUSIBLE = [
    *"019-,: x",
    "none",
    "2023",
    "2023-02-29",
    "2024-02-29",
    "2023-05-10T07:30",
    "2023-05-10T23",
    "0001-01-01T00:00+14:00",
    "9999-12-31t23:59:60.5-12",
    "+03:00",
    " 0330",
    "Z",
    "month:",
    "source",
    "id",
    "auto",
    "1.0",
    "٣",
    "٢٠٢٣-٠٥",
    "\x00",
]
VALUES = st.text(max_size=8) | st.lists(st.sampled_from(PLAUSIBLE), max_size=4).map("".join)


def read(params: dict[str, list[str]]) -> SearchRequest | RequestError:
    try:
        return SearchRequest.from_params(params)
    except RequestError as error:
        return error


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(VALUES, max_size=3), max_size=6))
def test_any_address_is_read_and_written_the_same_or_refused_with_the_name_of_a_parameter(
    params: dict[str, list[str]],
) -> None:
    request = read(params)
    if isinstance(request, RequestError):
        assert request.param in params
        assert request.detail.endswith(".")
        return
    written: dict[str, list[str]] = {}
    for name, value in request.to_params():
        written.setdefault(name, []).append(value)
    assert SearchRequest.from_params(written) == request


@pytest.mark.parametrize("parameter", EVERY.values(), ids=lambda parameter: parameter.name)
def test_the_declared_example_and_default_are_valid(parameter: Parameter[object]) -> None:
    if parameter.example:
        parameter.read({parameter.name: [parameter.example]})
        assert parameter.given({parameter.name: [parameter.example]})
    if not parameter.needed:
        assert parameter.read({}) == parameter.read({parameter.name: [""]})
        default: Any = parameter.schema().get("default", None)
        if default is not None:
            assert parameter.read({}) == parameter.read({parameter.name: [str(default)]})
    assert parameter.meaning.endswith(".")


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=5))
def test_any_name_is_known_or_refused(name: str, known: list[str]) -> None:
    require_known({one: [""] for one in known}, known)
    if name not in known:
        with pytest.raises(RequestError) as error:
            require_known({name: [""]}, known)
        assert error.value.code == "unknown_parameter"
        assert len(error.value.param or "") <= 50
        assert error.value.detail.split(" is not a parameter")[0].isprintable()
