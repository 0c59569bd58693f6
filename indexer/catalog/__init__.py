# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalog of a generation: which files and articles it was made from, and what a run has to change."""
