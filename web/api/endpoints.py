# SPDX-License-Identifier: GPL-3.0-or-later
"""Binds an endpoint of the API: from one declaration follow its route, its parameters, its ETag and its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from indexer.errors import FihristError
from indexer.search.answers.json.members import JsonObject
from indexer.search.answers.json.writing import to_json
from indexer.search.answers.results import IndexInfo
from indexer.search.query import parameters as P
from indexer.search.query.parameter_types import Parameter
from indexer.search.query.parameter_values import ParameterValues
from indexer.search.query.parameters import for_archive, require_known
from indexer.search.query.request import SearchRequest
from web.api.addresses import ROOT, ApiAddresses
from web.pages.views import checked_id
from web.requests.exchange import archive, has_name, own_fields, revalidated, validated
from web.requests.parameters import parameters

JSON = "application/json"
NDJSON = "application/x-ndjson"
TEXT_NDJSON = "text/x-ndjson"
"""The same under a name that generators of clients take for text; sent to whoever asks for it."""
CSV = "text/csv"

EXAMPLE_ID = "dd17c50d1a401cd6"
"""An article of the sample archive."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API, below `ROOT`.

    ``answer`` is the class of a JSON answer, or of a line of NDJSON; None for CSV. ``own`` are the parameters besides
    `LANG`. ``example`` are parameters to which the sample archive has an answer. ``headers`` describes the headers of
    the answer that other endpoints do not send.
    """

    name: str
    path: str
    summary: str
    answer: type[JsonObject] | None
    own: tuple[Parameter[object], ...] = ()
    example: tuple[tuple[str, str], ...] = ()
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[Parameter[object], ...]:
        """Its own parameters, and the one that all endpoints take."""
        return (*self.own, P.LANG)

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def names(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(parameter.name for parameter in self.parameters)

    @property
    def example_address(self) -> str:
        """The address of the example, from the server's root on."""
        path = ROOT + self.path.replace("{id}", EXAMPLE_ID)
        return f"{path}?{urlencode(self.example, quote_via=quote)}" if self.example else path

    @property
    def has_id(self) -> bool:
        """Whether the path names an article."""
        return "{id}" in self.path


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request to an endpoint, with the value of each parameter.

    ``search`` is the search that the parameters state; ``addresses`` makes the addresses of the answer.
    """

    values: ParameterValues
    search: SearchRequest
    addresses: ApiAddresses

    def __getitem__(self, parameter: Parameter[Value]) -> Value:
        """Returns the value of ``parameter``."""
        return self.values[parameter]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers: a JSON object or a whole response, the generation that it comes from, further headers."""

    body: JsonObject | Response
    index: IndexInfo
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[..., Reply]


def example_id() -> str:
    """Returns the id of an article of the archive, to show in examples; `EXAMPLE_ID` if the archive has none."""
    try:
        return next((article_id for article_id, _ in archive().listing(0, 1).articles), EXAMPLE_ID)
    except FihristError:
        return EXAMPLE_ID


def bind(blueprint: Blueprint, endpoint: Endpoint, view: View) -> None:
    """Serve ``endpoint`` by ``view``, which gets an `ApiRequest` and, if the path names an article, its id.

    A request is answered by 304 if the client holds the answer of this generation. Else each parameter is checked.
    """
    search_parameters = [parameter for parameter in endpoint.own if parameter in P.SEARCH]

    @revalidated
    @wraps(view)
    def answer(**path: str) -> Response:
        own, stated = own_fields(), parameters()
        require_known(stated, [parameter.name for parameter in for_archive(endpoint.parameters, own)])
        values = ParameterValues(stated, endpoint.parameters, own, has_name)
        names = {parameter.name for parameter in for_archive(search_parameters, own)}
        search = SearchRequest.from_values(values.only(names))
        if endpoint.has_id:
            path["id"] = checked_id(path["id"])
        reply = view(ApiRequest(values, search, ApiAddresses(request.script_root)), **path)
        body = reply.body
        response = body if isinstance(body, Response) else Response(to_json(body), content_type=JSON)
        if response.status_code != 200:
            return response  # a problem, which must not be kept as the answer
        response.headers.update(reply.headers)
        return validated(response, reply.index)

    blueprint.add_url_rule(endpoint.rule, endpoint.name, answer)
