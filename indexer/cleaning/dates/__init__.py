"""Parses dates and times from pages, addresses and metadata."""
