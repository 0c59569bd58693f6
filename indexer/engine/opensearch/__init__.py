# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine on a cluster of OpenSearch nodes. docs/engines.md says what it keeps where, and what it cannot do.

OpenSearch analyses nothing: it stores the terms that Fihrist's analyser makes, and finds, counts and scores them.
"""
