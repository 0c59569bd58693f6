"""Decodes bytes to text, and repairs damaged text."""
