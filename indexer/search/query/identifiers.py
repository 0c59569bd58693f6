# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters that name articles: by their ids, or by the addresses of their originals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.search.query.lists import parts
from indexer.search.query.parameter_types import Parameter, Params, Schema, quoted


@dataclass(frozen=True)
class IdentifierParameter(Parameter[str]):
    """The id of an article, 16 hexadecimal digits; "" where none is given."""

    def read(self, params: Params) -> str:
        """See `Parameter.read`. Capital letters become small ones."""
        text = self.single(params).lower()
        if text and not is_identifier(text):
            raise self.wrong(f"{self.name} must be the id of an article, 16 digits from 0 to 9 and a to f.")
        return text

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "pattern": "^[0-9a-f]{16}$"}


@dataclass(frozen=True)
class IdentifiersParameter(Parameter[tuple[str, ...]]):
    """A list (see `lists`) of the ids of up to ``most`` articles, each once."""

    most: int

    listed = True

    def read(self, params: Params) -> tuple[str, ...]:
        """See `Parameter.read`."""
        found = [part.strip().lower() for value in params.get(self.name, ()) for part in parts(value)]
        ids = tuple(dict.fromkeys(part for part in found if part))
        if wrong := next((one for one in ids if not is_identifier(one)), ""):
            raise self.wrong(f"{self.name} holds {quoted(wrong)}, which is not 16 digits from 0 to 9 and a to f.")
        if len(found) > self.most:
            raise self.wrong(f"{self.name} names {len(found):,} articles; at most {self.most} are answered at once.")
        return ids

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{16}$"}, "maxItems": self.most}


@dataclass(frozen=True)
class AddressesParameter(Parameter[tuple[str, ...]]):
    """Up to ``most`` addresses of at most ``longest`` code points, each given by itself, since it may hold commas."""

    most: int
    longest: int

    repeatable = True

    def read(self, params: Params) -> tuple[str, ...]:
        """See `Parameter.read`."""
        values = params.get(self.name, ())
        found = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
        if len(values) > self.most or any(len(one) > self.longest for one in found):
            raise self.wrong(
                f"{self.name} must be an address of at most {self.longest:,} characters, {self.most} times."
            )
        return found

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "array", "items": {"type": "string", "maxLength": self.longest}, "maxItems": self.most}


def is_identifier(text: str) -> bool:
    """Whether ``text`` has the form of an article's id."""
    return re.fullmatch("[0-9a-f]{16}", text) is not None
