"""HTML pages: whether a page is an article, and where its parts are."""
