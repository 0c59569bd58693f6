"""What the API answers, as JSON Schema: the components of the OpenAPI document. Tests hold every answer to them."""

from __future__ import annotations

from typing import Any

from indexer.columns import FACETS
from indexer.search.answers.warnings import CODES as NOTICES
from web.api.error_codes import CODES
from web.api.schema_descriptions import MEANINGS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_TRUTH: Schema = {"type": "boolean"}
_MAYBE: Schema = {"type": ["string", "null"]}
_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_ADDRESS: Schema = {"type": "string", "format": "uri-reference"}


def _object(optional: tuple[str, ...] = (), /, **members: Schema) -> Schema:
    needed = [name for name in members if name not in optional]
    return {"type": "object", "properties": members, "required": needed, "additionalProperties": False}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_OK: Schema = {"type": "string", "const": "ok"}
_ANSWER: dict[str, Schema] = {"status": _OK, "took_ms": _NUMBER}
_DESCRIPTION: dict[str, Schema] = {
    "id": _ID,
    "title": _MAYBE,
    "source": _MAYBE,
    "url": _MAYBE,
    "category": _MAYBE,
    "author": _MAYBE,
    "published_at": {"type": ["string", "null"], "description": "ISO 8601, as exact as date_precision says."},
    "date_precision": {"enum": ["year", "month", "day", "time", None]},
    "fetched_at": _MOMENT,
    "indexed_at": _MOMENT,
}
_FOUND: dict[str, Schema] = {
    **_DESCRIPTION,
    "score": {**_NUMBER, "description": "Comparable within one answer only."},
    "snippets": _list(_named("Marked")),
    "title_html": _TEXT,
    "cluster": _named("Cluster"),
    "links": _named("Links"),
    "why": _named("Why"),
}
_READ = _object(input=_TEXT, read_as=_TEXT)
_WARNINGS = _list(_named("Warning"))
_COUNTS = _list(_object(value=_TEXT, count=_WHOLE))
_PERIODS = _list(_object(period=_TEXT, count=_WHOLE))
_PIECES = _list(_object(change={"enum": ["same", "added", "removed"]}, text=_TEXT))


def _described(schema: Schema, path: str) -> Schema:
    """``schema``, which stands at ``path``, with the meaning of each of its members."""
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {
            name: {"description": MEANINGS.get(at) or MEANINGS.get(name, ""), **_described(member, at)}
            for name, member in schema["properties"].items()
            for at in [f"{path}.{name}"]
        }
    if "items" in schema:
        made["items"] = _described(schema["items"], path)
    if "anyOf" in schema:
        made["anyOf"] = [_described(one, path) for one in schema["anyOf"]]
    return made


def _names(member: str) -> Schema:
    one = _object(name=_TEXT, count=_WHOLE, links=_named("SearchLinks"))
    members = {"query": _READ, "warnings": _WARNINGS, "total": _WHOLE, member: _list(one)}
    return _object(**_ANSWER, **members, index=_named("Index"))


_SCHEMAS: dict[str, Schema] = {
    "Index": {
        **_object(generation=_TEXT, built_at={"type": "string", "format": "date-time"}, articles=_WHOLE),
        "description": "The generation that answered.",
    },
    "Marked": {
        **_object(html=_TEXT, text=_TEXT, marks=_list({**_list(_WHOLE), "minItems": 2, "maxItems": 2})),
        "description": "A text with what matched in it: html is escaped but for <mark>; marks are [start, end] in "
        "text, counted in code points.",
    },
    "Cluster": {
        **_object(id=_ID, size={"type": "integer", "minimum": 1}),
        "description": "Copies of one text, and how many there are.",
    },
    "Links": _object(self=_ADDRESS, page=_ADDRESS, similar=_ADDRESS),
    "SearchLinks": {
        **_object(search=_or_null(_ADDRESS), page=_or_null(_ADDRESS)),
        "description": "A search in this API, and the page of it; null where its query would be too long.",
    },
    "Warning": {
        **_object(
            code={"enum": sorted(NOTICES)},
            param={**_TEXT, "description": "The parameter that it is about."},
            text={**_TEXT, "description": "The part of it at fault."},
            detail={**_TEXT, "description": "What was done, and what would be right."},
        ),
        "description": "A part of the request that was not read as it may have been meant, or that can find nothing: "
        + " ".join(f"{code}: {meaning}" for code, meaning in NOTICES.items()),
    },
    "Why": {
        **_object(
            words=_list(
                _object(
                    text=_TEXT,
                    form={"enum": ["typed", "spelling", "form", "phrase", "prefix", "other", "published"]},
                    fields=_list({"enum": ["title", "lead", "body"]}),
                    score=_NUMBER,
                )
            ),
            neighbours=_list(_list(_TEXT)),
            beside=_NUMBER,
            similar=_NUMBER,
            recency={**_NUMBER, "description": "What the sum of all scores before it was multiplied by."},
            lift={**_NUMBER, "description": "What was added then, so that full matches come before partial ones."},
            full_match=_TRUTH,
        ),
        "description": "Which words of the query an article has, and what lifted it.",
    },
    "Result": {
        **_object(tuple(_FOUND), **_FOUND),
        "description": "An article found, with the members that fields asks for; why with explain=1.",
    },
    "Search": _object(
        **_ANSWER,
        query=_object(
            input=_TEXT,
            read_as=_TEXT,
            match={"enum": ["auto", "all", "any"]},
            terms=_list(_object(text=_TEXT, folded=_TEXT, stem=_TEXT)),
            expansions=_list(_object(kind=_TEXT, text=_TEXT, by=_TEXT, remove=_ADDRESS)),
            dropped=_list(_TEXT),
            corrections=_list(_object(kind=_TEXT, text=_TEXT, by=_TEXT)),
        ),
        warnings=_WARNINGS,
        total=_WHOLE,
        total_relation={"const": "eq"},
        partial_total=_WHOLE,
        page={"type": "integer", "minimum": 1},
        pages=_WHOLE,
        per_page={"type": "integer", "minimum": 1},
        next=_or_null(_ADDRESS),
        previous=_or_null(_ADDRESS),
        results=_list(_named("Result")),
        facets=_object(FACETS, **{name: _COUNTS for name in FACETS if name != "timeline"}),
        timeline=_or_null(_PERIODS),
        suggestions=_list(_object(text=_TEXT, links=_named("SearchLinks"))),
        index=_named("Index"),
    ),
    "Article": _object(
        status=_OK,
        article=_object(
            **_DESCRIPTION,
            title_html=_TEXT,
            body=_TEXT,
            paragraphs=_list(_named("Marked")),
            hits=_WHOLE,
            removed=_list(_object(text=_TEXT, reason=_TEXT)),
            cluster=_named("Cluster"),
            copies=_list(_object(**_DESCRIPTION, links=_named("Links"))),
            comparison=_or_null(_object(id=_ID, title=_PIECES, paragraphs=_list(_PIECES), whole=_TRUTH)),
            links=_named("Links"),
        ),
        index=_named("Index"),
    ),
    "Similar": _object(
        **_ANSWER,
        article=_object(**_DESCRIPTION, links=_named("Links")),
        results=_list(_object(**_DESCRIPTION, links=_named("Links"), similarity=_NUMBER)),
        index=_named("Index"),
    ),
    "Suggestions": _object(
        **_ANSWER,
        query=_object(input=_TEXT),
        suggestions=_list(
            _object(
                text=_TEXT,
                kind={"enum": ["word", "phrase", "name", "headline"]},
                count=_WHOLE,
                links=_object(search=_or_null(_ADDRESS), page=_or_null(_ADDRESS), article=_or_null(_ADDRESS)),
            )
        ),
        index=_named("Index"),
    ),
    "Words": _object(
        **_ANSWER,
        query=_READ,
        warnings=_WARNINGS,
        total=_WHOLE,
        sample=_WHOLE,
        words=_list(
            _object(text=_TEXT, count=_WHOLE, articles=_WHOLE, score=_NUMBER, links=_named("SearchLinks")),
        ),
        index=_named("Index"),
    ),
    "Timeline": _object(
        **_ANSWER,
        query=_READ,
        warnings=_WARNINGS,
        by={"enum": ["day", "month", "year"]},
        undated={**_WHOLE, "description": "How many of the articles found have no date."},
        imprecise={**_WHOLE, "description": "How many have one that says less than the periods: they are in none."},
        timeline=_list(_object(period=_TEXT, count=_WHOLE, articles=_WHOLE, share=_NUMBER)),
        index=_named("Index"),
    ),
    "Sources": _names("sources"),
    "Categories": _names("categories"),
    "Analysis": _object(
        **_ANSWER,
        text=_TEXT,
        tokens=_list(
            _object(
                text=_TEXT,
                start=_WHOLE,
                end=_WHOLE,
                position=_WHOLE,
                extra=_TRUTH,
                bare=_TEXT,
                clitics=_TEXT,
                folded=_TEXT,
                base=_TEXT,
                stem=_TEXT,
                steps=_list(_object(rule=_TEXT, result=_TEXT, reason=_TEXT)),
                terms=_object(surface=_list(_TEXT), folded=_list(_TEXT), stem=_list(_TEXT), gram=_list(_TEXT)),
            )
        ),
        index=_named("Index"),
    ),
    "Stats": _object(
        **_ANSWER,
        articles=_WHOLE,
        stories={**_WHOLE, "description": "The articles, copies counted once."},
        sources=_WHOLE,
        categories=_WHOLE,
        dated={**_WHOLE, "description": "The articles that have a date."},
        years=_COUNTS,
        index=_named("Index"),
    ),
    "Exported": {
        **_object(
            tuple(_DESCRIPTION),
            **_DESCRIPTION,
            cluster_id=_ID,
            cluster_size={"type": "integer", "minimum": 1},
            body=_TEXT,
        ),
        "required": [],
        "description": "A line of an export, with the members that fields asks for.",
    },
    "Problem": {
        **_object(
            ("export",),
            type=_ADDRESS,
            title=_TEXT,
            status={"type": "integer", "minimum": 400, "maximum": 599},
            detail={**_TEXT, "description": "What would be right."},
            code={"enum": sorted(CODES)},
            param=_or_null({**_TEXT, "description": "The parameter at fault."}),
            export={**_ADDRESS, "description": "Where all results can be had, with page_too_deep."},
        ),
        "description": "An error (RFC 9457). Programs tell errors apart by code.",
    },
}

SCHEMAS = {name: _described(schema, name) for name, schema in _SCHEMAS.items()}
