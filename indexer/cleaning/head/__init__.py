"""Finds what stands above the text of an article: headline, author, date, section, dateline."""
