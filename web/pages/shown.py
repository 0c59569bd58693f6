# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a search page that do not change the search: how its timeline is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from indexer.engine.periods import UnitChoice
from indexer.search.query.parameter_types import ChoiceParameter, Params, TextParameter
from indexer.search.query.parameters import BY, FACET, MAX_QUERY_CHARS, NO_FACET, for_archive

COMPARED = TextParameter(
    "compare_q", "A second query, drawn beside the first on the timeline.", "Baghdad", MAX_QUERY_CHARS
)
TIMELINE = ChoiceParameter(
    "timeline", "Whether the timeline counts, or shows shares of all coverage.", "share", ("count", "share")
)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """``compared`` is a second query for the timeline; ``share``: the timeline shows shares of all coverage.

    ``by`` is the length of its periods. ``facet`` is the column by whose names its own page counts, "" for none.
    """

    compared: str = ""
    share: bool = False
    by: UnitChoice = "auto"
    facet: str = ""

    @classmethod
    def from_params(cls, params: Params, own_fields: Sequence[str] = ()) -> PageOptions:
        """The options in URL parameters. Raises RequestError that names the parameter and says what is right."""
        (facets,) = for_archive((FACET,), own_fields)
        facet = cast(str, facets.read(params))
        return cls(
            compared=COMPARED.read(params).strip(),
            share=TIMELINE.read(params) == "share",
            by=cast(UnitChoice, BY.read(params)),
            facet="" if facet == NO_FACET else facet,
        )

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters for these options, without those that have their defaults."""
        pairs = [(COMPARED.name, self.compared)] if self.compared else []
        pairs += [(TIMELINE.name, "share")] if self.share else []
        pairs += [(BY.name, self.by)] if self.by != "auto" else []
        return pairs + ([(FACET.name, self.facet)] if self.facet else [])
