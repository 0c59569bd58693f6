"""Dates and moments as pages, addresses and metadata state them."""
