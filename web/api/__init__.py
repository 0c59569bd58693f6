# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON API, its OpenAPI document and its documentation."""
