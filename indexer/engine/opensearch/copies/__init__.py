# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies in a cluster: keeps a sketch of each article in an index, and finds which clusters a run changes."""
