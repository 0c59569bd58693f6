# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds stories: groups of articles that report one event in different words. docs/stories.md states the rules."""
