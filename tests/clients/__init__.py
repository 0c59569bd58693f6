# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that clients which are generated from the OpenAPI document work."""
