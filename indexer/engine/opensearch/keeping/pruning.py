# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes old generations."""

from __future__ import annotations

from indexer.engine.opensearch.keeping import clearing
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.manifests import document_of


def prune(context: StoreContext, keep: int, base: str) -> list[str]:
    """See `store.Store.prune`."""
    current, version = context.state.current()
    others = [name for name in reversed(list(current.kept)) if name != current.generation]
    others.sort(key=lambda name: name != base)
    surplus = others[keep - 1 :]
    if not surplus:
        return []
    held = context.holds.held()
    removed = {name for name in surplus if name not in held}
    if not removed:
        return []
    gone = [one for one in context.manifests(current) if one.generation in removed]
    context.require_lock()
    # From this moment on they do not exist: a reader that takes a hold looks afterwards whether its generation does.
    left = current.without(removed)
    context.state.swap(left, version)
    # One that looked before has its hold by now.
    if late := removed & context.holds.held():
        removed -= late
        left = current.without(removed)
        context.state.swap(left, context.state.current()[1])
    clearing.clear_unseen(context, left, [one for one in gone if one.generation in removed])
    needed = [document_of(name, run) for name, run in left.kept.items()] + [report_of(name) for name in left.kept]
    context.state.sweep(("manifest", "report"), needed)
    return [name for name in surplus if name in removed]


def report_of(generation: str) -> str:
    """The id of the document with the report of the run that published a generation."""
    return f"report-{generation}"
