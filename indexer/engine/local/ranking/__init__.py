"""Finds the articles that match a query, and puts them in order."""
