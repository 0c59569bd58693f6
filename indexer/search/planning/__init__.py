# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the engine's query of the tree of a query."""
