# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves assistants by the Model Context Protocol: what a language model may ask of the archive, and what it gets."""
