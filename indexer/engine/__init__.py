# SPDX-License-Identifier: GPL-3.0-or-later
"""The index: what an engine is (`base`), the one on Whoosh, and publishing by generations."""
