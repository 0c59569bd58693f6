# SPDX-License-Identifier: GPL-3.0-or-later
"""`store.Session` on an index in a cluster: a run that writes beside what readers see, and publishes at the end.

A run takes a number at its first change. It sends new articles while it goes on, as documents that say which run added
them; no generation sees them yet. Articles that it takes out are only remembered, and marked when it finishes. Then the
next generation sees both, and the documents of one run become visible at once when ``current`` names it.

A checkpoint divides the run into parts. Documents say in which part they were written, and a document of an earlier
part is never replaced: so a session that continues at the checkpoint removes the later parts and has what was there.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Literal

from indexer import moments
from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.cluster import Version
from indexer.engine.opensearch.copies.sketches import sketches_index
from indexer.engine.opensearch.copies.table import OwnSketches
from indexer.engine.opensearch.documents import article_of, document_id
from indexer.engine.opensearch.keeping import clearing, publishing
from indexer.engine.opensearch.keeping.blobs import Blob
from indexer.engine.opensearch.keeping.checkpoints import CHECKPOINT, Checkpoint, Leaving
from indexer.engine.opensearch.keeping.context import StoreContext
from indexer.engine.opensearch.keeping.indexes import create_index, exists
from indexer.engine.opensearch.keeping.manifests import ClusterManifest
from indexer.engine.opensearch.keeping.state import Current, OpenRun
from indexer.engine.opensearch.locking.holds import GenerationHold
from indexer.engine.opensearch.mapping import articles_index
from indexer.engine.opensearch.words.layers import Layer
from indexer.engine.opensearch.writing.parts import in_parts
from indexer.engine.opensearch.writing.sending import Sending
from indexer.engine.opensearch.writing.writer import AT_ONCE, DocumentWriter, average_length
from indexer.engine.store import GenerationInfo, Refused
from indexer.errors import FihristError, IndexingError

_CATALOG: Literal["catalog.sqlite"] = "catalog.sqlite"


class ClusterSession:
    """See `store.Session`."""

    def __init__(
        self,
        context: StoreContext,
        found: tuple[Current, Version | None],
        base: ClusterManifest | None,
        purpose: str,
        *,
        hold: GenerationHold | None,
        dry_run: bool,
    ) -> None:
        """``found`` is the state that the run changes; ``hold`` keeps ``base`` if the lock is not held."""
        self._context = context
        self._found = found
        self._base = base
        self._hold = hold
        origin = f"{base.generation} of {base.built_at}, run {base.run}" if base else "nothing"
        self._purpose = f"{origin}; {purpose}"
        self._dry_run = dry_run
        self._temporary = ExitStack()
        self._own_catalog: Path | None = None
        self._run: OpenRun | None = None
        self._part = 0
        self._abandoned: tuple[int, ...] = ()
        self._leaving = Leaving(set(), set())
        self._sending: Sending | None = None
        self._analyser: Analyser | None = None
        self._lexicon: Blob | None = base.lexicon if base else None
        self._applied = False
        self._written_in_part = False
        self._finished: publishing.Prepared | None = None
        self._publishing = False
        self._saved: Checkpoint | None = None
        """The checkpoint in the cluster."""
        self._resumed_layer = Layer({})
        self._checkpoint = None if dry_run else self._own_checkpoint()
        self.resumed = self._checkpoint is not None
        """See `store.Session.resumed`."""
        if not dry_run:
            spared = self._checkpoint.run if self._checkpoint else 0
            self._found = clearing.clear_dead_runs(context, found, spared)
        if self._checkpoint:
            self._resume(self._checkpoint)

    @property
    def base(self) -> GenerationInfo | None:
        """See `store.Session.base`."""
        return self._base.info if self._base else None

    @property
    def base_catalog(self) -> Path | None:
        """See `store.Session.base_catalog`."""
        return self._context.cached.file(self._base.catalog, _CATALOG) if self._base else None

    @property
    def first_catalog(self) -> Path | None:
        """See `store.Session.first_catalog`."""
        return self._context.cached.file(self._checkpoint.catalog, _CATALOG) if self._checkpoint else self.base_catalog

    def own_catalog(self) -> Path:
        """See `store.Session.own_catalog`. It lies in a folder of the cache that the next run empties."""
        if not self._own_catalog:
            first = self.first_catalog
            folder = self._context.cached.own_folder(shared=not self._dry_run)
            self._temporary.callback(shutil.rmtree, folder, ignore_errors=True)
            path = folder / _CATALOG
            if first:
                shutil.copyfile(first, path)
            self._own_catalog = path
        return self._own_catalog

    @property
    def refused(self) -> Sequence[Refused]:
        """See `store.Session.refused`."""
        return self._sending.refused if self._sending else ()

    @property
    def changed(self) -> bool:
        """See `store.Session.changed`."""
        return not self._dry_run and bool(self._applied or self._own_catalog or self.resumed)

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """See `store.Session.apply`."""
        if self._dry_run:
            return
        self._applied = True
        sending = self._opened(added)
        if deleted:
            if any(map(sending.is_pending, deleted)):
                sending.settle()
            self._delete(deleted)
        if added:
            sending.add(added, self._part)
            self._written_in_part = True

    def settle(self) -> None:
        """See `store.Session.settle`."""
        if self._sending:
            self._sending.settle()

    def find(self, article_id: str) -> Article | None:
        """See `store.Session.find`."""
        if self._dry_run:
            return None
        if self._sending and self._sending.is_pending(article_id):
            self._sending.settle()
        if self._run and self._written_in_part:
            own = document_id(article_id, self._run.run, self._part)
            if found := self._context.cluster.get(self._index, own):
                return article_of(found.source)
        if not (self._base or self._part):
            return None
        for one in self._opened_writer().find(self._earlier(), [article_id], "id"):
            if self._is_current(one.id, one.added, article_id):
                return article_of(one.source)
        return None

    def checkpoint(self) -> None:
        """See `store.Session.checkpoint`."""
        if self._dry_run:
            return
        context, sending = self._context, self._opened()
        sending.settle()
        context.require_lock()
        run = self._taken()
        assert self._lexicon
        # From now on searches find what this part has written.
        context.cluster.refresh(self._index)
        keep = context.require_lock
        self._put_checkpoint(
            Checkpoint(
                purpose=self._purpose,
                run=run.run,
                index=run.index,
                part=self._part,
                analyser=self._analyser_of_run().fingerprint,
                catalog=context.blobs.put(self.own_catalog(), self._known_chunks(), keep),
                lexicon=self._lexicon,
                layer=context.blobs.put(sending.layers.whole().content, before_each=keep),
                ids=self._leaving.put(context.blobs),
                abandoned=self._abandoned,
            )
        )
        self._part += 1
        self._written_in_part = False

    def drop_checkpoint(self) -> None:
        """See `store.Session.drop_checkpoint`."""
        self._context.state.remove(CHECKPOINT)
        self._saved = None

    def finish(self) -> int:
        """See `store.Session.finish`."""
        sending = self._opened()
        sending.settle()
        run = self._taken()
        if self._saved and not self._saved.finishing:
            self._put_checkpoint(self._saved.begun_to_finish())
        if self._abandoned:
            publishing.clear_abandoned(self._context, run, self._abandoned)
        self._finished = publishing.prepare(
            self._context, self._base, run, self._part, sending, self._leaving, self._analyser_of_run()
        )
        return self._finished.articles

    def publish(self, cleaning: str, sources: Mapping[str, int], built_at: int) -> GenerationInfo:
        """See `store.Session.publish`."""
        if not self._finished or not self._lexicon:
            raise IndexingError("nothing was prepared to be published")
        # From here on an error leaves open whether the generation was published. The next run checks before it removes
        # anything.
        self._publishing = True
        manifest = publishing.publish(
            self._context,
            self._finished,
            self._found,
            self.own_catalog(),
            self._known_chunks(),
            self._lexicon,
            self._analyser_of_run().fingerprint,
            cleaning,
            sources,
            moments.written(built_at),
        )
        self._run = None
        had_checkpoint = self._saved is not None
        self.drop_checkpoint()
        self._context.state.close_runs({manifest.run})
        if had_checkpoint:
            # What cannot be removed now, a later run removes with old generations.
            with suppress(FihristError):
                clearing.sweep_blobs(self._context, self._context.current())
        return manifest.info

    def close(self) -> None:
        """See `store.Session.close`."""
        if self._sending:
            self._sending.close()
            self._sending = None
        if self._run and not self._saved and not self._publishing:
            # What cannot be removed now, the next run removes.
            with suppress(FihristError):
                self._context.require_lock()
                clearing.clear_dead_runs(self._context, self._found, spared=0)
        self._run = None
        self._temporary.close()
        if self._hold:
            self._hold.release()
            self._hold = None

    def _put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._context.state.replace(CHECKPOINT, CHECKPOINT, checkpoint.source())
        self._saved = checkpoint

    @property
    def _index(self) -> str:
        return self._context.names.articles(self._taken().index)

    def _taken(self) -> OpenRun:
        """The number of this run; the first call takes one."""
        if not self._run:
            self._context.require_lock()
            self._context.state.create()
            self._run = self._context.state.take_run(self._base.index if self._base else 0)
        return self._run

    def _analyser_of_run(self) -> Analyser:
        if not self._analyser:
            base = self._base
            self._analyser = self._context.analyser(base) if base else self._context.new_analyser()
        return self._analyser

    def _opened(self, added: Sequence[Article] = ()) -> Sending:
        """What writes the documents. The first call makes the indexes; ``added`` are the first articles in them."""
        if not self._sending:
            context = self._context
            analyser = self._analyser_of_run()
            run = self._taken()
            context.blobs.create(context.replicas)
            if not self._base:
                self._make_indexes(run, analyser, added)
            if not self._lexicon:
                self._lexicon = context.put_lexicon(analyser.lexicon, context.require_lock)
            lexicon = self._lexicon
            writer = context.writer(run.index, run.run, analyser)
            self._sending = Sending(writer, context.jobs, lambda: context.lexicon_file(lexicon), context.require_lock)
        return self._sending

    def _make_indexes(self, run: OpenRun, analyser: Analyser, added: Sequence[Article]) -> None:
        """Make the indexes of a run that builds from nothing, unless it continues."""
        context = self._context
        articles, sketches = context.names.articles(run.index), context.names.sketches(run.index)
        if not exists(context.cluster, articles):
            average = context.average_length() or average_length(added, analyser)
            body = articles_index(context.shards(), context.replicas, analyser.fingerprint, average)
            create_index(context.cluster, articles, body)
        if not exists(context.cluster, sketches):
            create_index(context.cluster, sketches, sketches_index(context.shards(), context.replicas))

    def _opened_writer(self) -> DocumentWriter:
        """Reads what was stored before this part; it needs no number of its own."""
        index = self._run.index if self._run else self._base.index if self._base else 0
        return self._context.writer(index, self._run.run if self._run else 0, self._analyser_of_run())

    def _earlier(self) -> dict[str, object]:
        """The query for documents of the base, and of earlier parts of this run."""
        seen: list[dict[str, object]] = [self._base.visibility.query()] if self._base else []
        if self._run and self._part:
            seen.append(self._earlier_parts(self._run.run))
        return {"bool": {"should": seen, "minimum_should_match": 1}}

    def _earlier_parts(self, run: int) -> dict[str, object]:
        """The query for documents of earlier parts of this run."""
        parts = {"range": {"part": {"lt": self._part}}}
        abandoned = {"terms": {"part": list(self._abandoned)}}
        return {"bool": {"filter": [{"term": {"added": run}}, parts], "must_not": [abandoned]}}

    def _is_current(self, document: str, added: int, article_id: str) -> bool:
        """Whether a document of the base or of an earlier part was neither deleted nor replaced."""
        if self._run and added == self._run.run:
            return document not in self._leaving.superseded
        return article_id not in self._leaving.deleted

    def _delete(self, ids: Sequence[str]) -> None:
        """Take out articles: at once those of this part, and when the run finishes those that were there before."""
        run = self._taken().run
        sending = self._opened()
        for some in in_parts(ids, AT_ONCE):
            if self._written_in_part:
                sending.note(sending.writer.withdraw([document_id(one, run, self._part) for one in some]))
                sending.forget(some)
            if self._part:
                own = self._earlier_parts(run)
                self._leaving.superseded.update(one.id for one in sending.writer.find(own, some, "id"))
                sending.forget(some)
        if self._base:
            self._leaving.deleted.update(ids)

    def _known_chunks(self) -> set[str]:
        """Chunks that are stored for sure: those of the catalog that the run began with."""
        origin = self._saved or self._checkpoint or self._base
        return self._context.blobs.references([origin.catalog]) if origin else set()

    def _own_checkpoint(self) -> Checkpoint | None:
        """The checkpoint that this session can continue, if it is whole; any other one is removed."""
        context = self._context
        source = context.state.read(CHECKPOINT)
        if source is None:
            return None
        with suppress(FihristError):  # damaged, in part or of another version: as good as none
            found = Checkpoint.of(source)
            _, runs = context.state.runs()
            if (
                found
                and found.purpose == self._purpose
                and OpenRun(found.run, found.index) in runs
                and found.analyser == self._analyser_of_run().fingerprint
                and exists(context.cluster, context.names.articles(found.index))
            ):
                context.cached.file(found.catalog, _CATALOG)
                self._leaving = Leaving.fetch(found.ids, context.blobs)
                self._resumed_layer = Layer.from_content(context.blobs.fetch(found.layer))
                return found
        self.drop_checkpoint()
        return None

    def _resume(self, found: Checkpoint) -> None:
        """Make the index what it was at the checkpoint."""
        context = self._context
        checkpoint = found.continued()
        # The cluster may still be writing what the session before asked for, so this one does not use its numbers.
        self._put_checkpoint(checkpoint)
        self._abandoned = checkpoint.abandoned
        self._part = self._abandoned[-1] + 1
        self._run = run = OpenRun(checkpoint.run, checkpoint.index)
        self._lexicon = checkpoint.lexicon
        sending = self._opened()
        sending.layers.add(self._resumed_layer)
        publishing.clear_abandoned(context, run, self._abandoned)
        sketches = context.names.sketches(run.index)
        sending.own = OwnSketches.load(context.cluster, sketches, run.run, self._leaving.superseded)
        if checkpoint.finishing:
            clearing.unmark(context, self._found[0], run)
            sending.writer.ungroup()
