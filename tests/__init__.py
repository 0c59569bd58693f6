"""The tests of Fihrist. `make test` runs the quick ones, `make test-slow` the slow ones."""
