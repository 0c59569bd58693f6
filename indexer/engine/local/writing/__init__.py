"""Builds segments from articles, and merges segments."""
