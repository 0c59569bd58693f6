# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of Fihrist. `make test` runs the quick ones, `make test-slow` the slow ones."""
