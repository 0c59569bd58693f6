# SPDX-License-Identifier: GPL-3.0-or-later
"""What matches a query in full and in part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.memory.filtering import passes
from indexer.engine.queries import Filters, Ranked

Articles = list[AnalysedArticle]


@dataclass(frozen=True)
class FoundMatches:
    """The articles that match in ``full``, and those that match in ``part`` only.

    ``ranked`` is the query as it is scored. ``any_full`` says whether there was a full match before the filters, and
    ``most`` is that of `ResultPage`.
    """

    ranked: Ranked | None
    full: Articles
    part: Articles
    any_full: bool
    most: bool

    @property
    def counted(self) -> Articles:
        """What totals, facets, timelines and exports are about."""
        return self.full if self.any_full else self.part

    def that_pass(self, filters: Filters, *, without: str = "") -> FoundMatches:
        """Those that pass ``filters``, the filter with the name ``without`` left out."""
        full, part = (
            [one for one in some if passes(one.article, filters, without=without)] for some in (self.full, self.part)
        )
        return replace(self, full=full, part=part)
