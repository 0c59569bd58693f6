"""Copies: finds pairs of articles with the same text and joins the pairs into clusters."""
