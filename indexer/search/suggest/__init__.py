"""Completes, corrects and widens what a reader typed."""
