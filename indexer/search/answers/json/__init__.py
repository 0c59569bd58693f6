# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answers: one typed class for each, from which the body and its description follow."""
