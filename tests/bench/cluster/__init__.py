# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of clusters: Fihrist in a folder, in OpenSearch, and OpenSearch with its own Arabic analyser.

``python -m tests.bench.cluster --help`` says how to run it. The path of a run:

1. `tests.bench.archive` makes articles, and `questions` draws queries from their headlines.
2. For each engine and number of nodes new nodes are started, and `stage` builds, asks and adds in a process of its own.
   What a stage measured is kept, so that a run that was cut goes on with the next stage.
3. `table` writes the results.

``python -m tests.bench.cluster.profile`` says where a build and a page spend their time.
"""
