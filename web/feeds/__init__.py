"""What programs follow: feeds, sitemaps, the description for browsers."""
