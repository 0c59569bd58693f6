# SPDX-License-Identifier: GPL-3.0-or-later
"""Analysis of Arabic: letters, tokens, folding, stems and the analyser. Independent of files and indexes."""
