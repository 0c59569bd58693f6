# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps: an archive as one file, with which it moves from any engine to any other without its source files."""
