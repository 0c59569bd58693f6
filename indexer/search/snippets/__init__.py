"""Marks the hits in texts, and chooses the sentences to show."""
