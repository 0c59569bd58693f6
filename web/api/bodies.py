# SPDX-License-Identifier: GPL-3.0-or-later
"""Binds an endpoint that takes a JSON body: from one declaration follow its route, its checks and its description.

Such an answer has no tag and must not be kept: the body is no part of what caches tell answers apart by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, request

from indexer.errors import RequestError
from indexer.search.answers.json.members import JsonObject
from indexer.search.answers.json.writing import to_json
from indexer.search.query import parameters as P
from indexer.search.query.json_parameters import read_json, schema_of, values_of
from indexer.search.query.parameter_types import Parameter, Schema
from indexer.search.query.parameter_values import ParameterValues
from indexer.search.query.parameters import for_archive, require_known
from indexer.search.query.request import SearchRequest
from web.api.addresses import ROOT, ApiAddresses
from web.api.endpoints import JSON, ApiRequest
from web.requests.exchange import own_fields
from web.requests.parameters import parameters

BodyView = Callable[[object], JsonObject]
"""Answers the JSON value of a body."""


@dataclass(frozen=True, slots=True)
class PostEndpoint:
    """One address of the API, below `ROOT`, that is asked by POST.

    ``body`` is the name of the schema of its body. The members of that are the parameters ``own``, or one list, whose
    name is ``several``, of at most ``most`` objects with these parameters, which have the schema ``item``.
    """

    name: str
    path: str
    summary: str
    answer: type[JsonObject]
    body: str
    own: tuple[Parameter[object], ...]
    example: Mapping[str, object]
    several: str = ""
    most: int = 0
    item: str = ""

    @property
    def address(self) -> str:
        """The address from the server's root on."""
        return ROOT + self.path

    def schemas(self, own: Sequence[str]) -> dict[str, Schema]:
        """Returns the schemas of the body for an archive with these own fields, by name."""
        found = schema_of(for_archive(self.own, own))
        if not self.several:
            return {self.body: found}
        several = {
            "type": "array",
            "minItems": 1,
            "maxItems": self.most,
            "items": {
                "anyOf": [
                    {"$ref": f"#/components/schemas/{self.item}"},
                    {"type": "object", "description": "Any other object is answered with what is wrong with it."},
                ]
            },
            "description": f"1 to {self.most} objects, each with parameters.",
        }
        whole = {
            "type": "object",
            "properties": {self.several: several},
            "required": [self.several],
            "additionalProperties": False,
        }
        return {self.body: whole, self.item: found}


def bind_post(blueprint: Blueprint, endpoint: PostEndpoint, view: BodyView) -> None:
    """Serve ``endpoint`` by ``view``, which gets the JSON value of the body."""

    @wraps(view)
    def answer() -> Response:
        require_known(parameters(), ())
        response = Response(to_json(view(_body())), content_type=JSON)
        response.cache_control.no_store = True
        return response

    blueprint.add_url_rule(endpoint.path, endpoint.name, answer, methods=["POST"])


def asked_by(stated: object, known: Sequence[Parameter[object]]) -> ApiRequest:
    """Returns the request that a JSON object of the parameters ``known`` states. Raises RequestError.

    From now on the request counts as one with these parameters, for messages about errors.
    """
    own = own_fields()
    values = values_of(stated, for_archive(known, own))
    g.parameters = values
    checked = ParameterValues(values, known, own)
    of_search = {parameter.name for parameter in for_archive([one for one in known if one in P.SEARCH], own)}
    search = SearchRequest.from_values(checked.only(of_search))
    return ApiRequest(checked, search, ApiAddresses(request.script_root))


def _body() -> object:
    """Returns the value of the body. Raises RequestError."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != JSON or charset not in ("utf-8", "utf8") or request.content_encoding:
        raise RequestError(
            "unsupported_media_type",
            None,
            "The body must be JSON in UTF-8 as it is, with the header Content-Type: application/json.",
        )
    return read_json(request.get_data())


def members_of(stated: object, name: str, most: int) -> list[Any]:
    """Returns the list that is the only member ``name`` of a JSON object. It has 1 to ``most`` objects.

    Raises RequestError.
    """
    if not isinstance(stated, dict):
        raise RequestError("invalid_body", None, "The body must be a JSON object.")
    require_known(dict.fromkeys(stated, ()), (name,))
    items = stated.get(name)
    if not isinstance(items, list) or not 1 <= len(items) <= most or not all(isinstance(one, dict) for one in items):
        raise RequestError("invalid_parameter", name, f"{name} must be a list of 1 to {most} objects.")
    return items
