# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a segment. Each module documents the layout of the file that it writes."""
