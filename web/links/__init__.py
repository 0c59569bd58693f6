"""Addresses: of pages of this site, and of the originals of articles."""
