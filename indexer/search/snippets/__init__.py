# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks the hits in texts, and chooses the sentences to show."""
