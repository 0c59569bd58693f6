# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the stories of a cluster's index: one blob a generation, with the content of the local engine's file."""
