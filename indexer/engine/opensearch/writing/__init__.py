# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run writes its documents: which it adds and marks, in which processes, and what that does to the dictionary."""
