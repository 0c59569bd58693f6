# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that articles which report one event are found, in every engine."""
