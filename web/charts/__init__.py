"""Timelines as drawings."""
