# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a search page that do not change the search: how its timeline is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.search.query.parameter_types import ChoiceParameter, Params, TextParameter
from indexer.search.query.parameters import MAX_QUERY_CHARS

COMPARED = TextParameter(
    "compare_q", "A second query, drawn beside the first on the timeline.", "Baghdad", MAX_QUERY_CHARS
)
TIMELINE = ChoiceParameter(
    "timeline", "Whether the timeline counts, or shows shares of all coverage.", "share", ("count", "share")
)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """``compared`` is a second query for the timeline; ``share``: the timeline shows shares of all coverage."""

    compared: str = ""
    share: bool = False

    @classmethod
    def from_params(cls, params: Params) -> PageOptions:
        """The options in URL parameters. Raises RequestError that names the parameter and says what is right."""
        return cls(COMPARED.read(params).strip(), TIMELINE.read(params) == "share")

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters for these options, without those that have their defaults."""
        pairs = [(COMPARED.name, self.compared)] if self.compared else []
        return pairs + ([(TIMELINE.name, "share")] if self.share else [])
