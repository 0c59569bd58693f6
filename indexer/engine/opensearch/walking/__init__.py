# SPDX-License-Identifier: GPL-3.0-or-later
"""How all that a question finds is read, piece by piece."""
