"""Makes addresses: those of the pages of this site, and those of the originals of articles."""
