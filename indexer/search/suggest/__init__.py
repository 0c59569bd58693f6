# SPDX-License-Identifier: GPL-3.0-or-later
"""Completes, corrects and widens what a reader typed."""
