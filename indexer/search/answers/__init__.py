# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of the archive: plain values, and their JSON."""
