"""Draws timelines."""
