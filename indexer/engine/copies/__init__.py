# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies, for every engine: finds pairs of articles with the same text and joins the pairs into clusters."""
