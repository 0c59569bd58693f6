"""The benchmark: Fihrist beside plain Whoosh, SQLite FTS5, tantivy and bm25s, on the same articles and terms.

``python -m tests.bench --help`` says how to run it, ``docs/benchmarks.md`` what its figures mean. The path of a run:

1. `archive` makes the articles, seeded, from real sentences.
2. `terms` reads, cleans and analyses them once: the terms that every other engine is given.
3. `queries` draws the queries and counts by brute force what a sample of them must find.
4. `worker` builds an index, or asks one, in a process of its own; `engines` holds a module an engine.
5. `checks` compares what the engines found; `report` writes the table.
"""
