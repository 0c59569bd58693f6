"""Turns JSON objects and table rows into records."""
