# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an index in a cluster is kept: its state, generations and blobs, and the sessions that change it."""
