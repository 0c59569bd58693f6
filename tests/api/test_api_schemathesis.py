# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs schemathesis over the OpenAPI document: every request that it makes is answered as the document says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from web.api.endpoints import EXAMPLE_ID
from web.api.posts import POSTS
from web.api.views import ENDPOINTS
from web.app import create_app

schemathesis = pytest.importorskip("schemathesis", reason="needs Python 3.11 or newer")
MODE = schemathesis.GenerationMode

CASES = 2_400
"""So many in the slow suite, spread over all addresses, half of them meant to be refused."""


FREE_LISTS = {
    parameter.name
    for endpoint in ENDPOINTS
    for parameter in endpoint.parameters
    if parameter.repeatable and not {"pattern", "enum"} & set(parameter.schema()["items"])
}
"""The parameters that take any texts, such as names of sources."""


def closing(application: Any) -> Any:
    """Wraps the application so that each answer is read to its end and closed, as servers do and schemathesis does
    not."""

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        body = application(environ, start)
        try:
            return [b"".join(body)]
        finally:
            body.close()

    return answer


def wrong_as_a_name(query: Mapping[str, Any]) -> bool:
    """Returns whether a name is null, false or the like. Written in an address such a value is a text, so a valid
    name."""
    for value in (query.get(name, "") for name in FREE_LISTS):
        texts = value if isinstance(value, list) else [value] if value != "" else []
        if not isinstance(value, list) and texts:
            return True
        if any(not isinstance(text, str) or text in ("null", "true", "false") for text in texts):
            return True
    return False


@pytest.mark.parametrize(("cases", "least"), [(92, 90), pytest.param(CASES, 2_000, marks=pytest.mark.slow)])
def test_whatever_is_asked_is_answered_as_described(
    sample_index: Path, cases: int, least: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs all checks of schemathesis. Values that are valid one by one but not together get 422, as is documented.

    Only an article's id or a page's number may lead to 404; half of the valid ids are real.
    """
    app = create_app(sample_index)
    app.wsgi_app = closing(app.wsgi_app)  # type: ignore[method-assign]  # as Werkzeug documents it
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.checks.positive_data_acceptance.expected_statuses = ["200", "404", "422"]
    parameters = {endpoint.path: endpoint.parameters for endpoint in ENDPOINTS}
    parameters |= {endpoint.path: endpoint.own for endpoint in POSTS if endpoint.path not in parameters}
    operations = [result.ok() for result in schema.get_all_operations()]
    assert {operation.path for operation in operations} == set(parameters)
    asked = [
        (one, mode, real)
        for one in operations
        for mode in MODE
        for real in (False, True)
        if (parameters[one.path] or mode is MODE.POSITIVE) and (not real or "{id}" in one.path)
    ]
    statuses: Counter[int] = Counter()
    answered: set[str] = set()
    found = app.test_client().get("/api/v1/search?per_page=100&collapse=0").get_json()["results"]
    copies = [one["id"] for one in found if one["cluster"]["size"] == 3]
    compared: list[bool] = []

    def examine(operation: Any, mode: Any, real: bool) -> None:
        @seed(20_230_514)
        @settings(
            max_examples=-(-cases // len(asked)),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):  # type: ignore[no-untyped-def]  # schemathesis makes it
            assume(not wrong_as_a_name(case.query or {}))
            if case.meta.generation.mode is MODE.POSITIVE and case.path == "/search":
                for stated in (case.query, case.body):
                    if isinstance(stated, dict):  # no schema can say which texts are cursors
                        stated.pop("cursor", None)
            if case.meta.generation.mode is MODE.POSITIVE and case.path == "/articles":
                case.query = {**(case.query or {}), "ids": EXAMPLE_ID}  # with neither ids nor url it is refused
            if real and case.meta.generation.mode is MODE.POSITIVE:
                case.path_parameters["id"] = EXAMPLE_ID
                if (case.query or {}).get("compare"):
                    case.path_parameters["id"], case.query["compare"] = copies[:2]
            response = case.call_and_validate(headers={"Accept-Encoding": "identity"})
            statuses[response.status_code] += 1
            if response.status_code == 404:
                assert case.path.startswith("/articles/") or response.json()["code"] == "page_not_found"
            if response.status_code == 200:
                answered.add(case.path)
                compared.append((case.query or {}).get("compare") in copies)

        ask()

    for one in asked:
        examine(*one)
    with capsys.disabled():
        print(f"\n{sum(statuses.values())} cases, by status: {dict(sorted(statuses.items()))}")
    assert {200, 400} <= set(statuses)
    assert sum(statuses.values()) >= least
    assert answered == set(parameters)
    assert any(compared) or cases < CASES
