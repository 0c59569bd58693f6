# SPDX-License-Identifier: GPL-3.0-or-later
"""Decodes bytes to text, and repairs damaged text."""
