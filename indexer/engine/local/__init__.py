# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine on files: an index is a folder on this machine."""
