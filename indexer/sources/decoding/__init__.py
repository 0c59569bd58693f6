"""Bytes become text, and damaged text is repaired."""
