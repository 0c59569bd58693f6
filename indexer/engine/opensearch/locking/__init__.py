# SPDX-License-Identifier: GPL-3.0-or-later
"""Who changes an index in a cluster, and who reads which generation of it."""
