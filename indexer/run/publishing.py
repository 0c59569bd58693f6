# SPDX-License-Identifier: GPL-3.0-or-later
"""The last step of a run: publishes the staged generation and keeps the report with it."""

from __future__ import annotations

from indexer.engine.store import Store
from indexer.run.report import Report, Skipped
from indexer.run.staging import Staging


def publish_staged(store: Store, staging: Staging, report: Report, cleaning: str, built_at: int) -> bool:
    """Publish what is staged, ``report.articles`` articles; returns False if there is nothing to publish.

    ``cleaning`` and ``built_at`` are as in `Session.publish`. A report that cannot be kept is noted in itself. Raises
    IndexingError; the published index then stands.
    """
    with report.phase("merge and verify"):
        built = staging.finish(report.articles)
    if built:
        with report.phase("publish"):
            report.generation = staging.publish(cleaning, built_at).name
        try:
            store.keep_report(report.generation, report.to_dict())
        except OSError as error:
            report.skip(Skipped(report.generation, f"its report could not be kept: {error.strerror}"))
    return built
