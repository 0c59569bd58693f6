"""Copies: pairs of articles that say the same, and the clusters that such pairs form."""
