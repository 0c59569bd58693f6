# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers questions about one generation: translates them, asks the cluster, and reads its answers."""
