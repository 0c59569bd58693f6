# SPDX-License-Identifier: GPL-3.0-or-later
"""Tools for operators: API keys, verification of an index, evaluation of the ranking."""
