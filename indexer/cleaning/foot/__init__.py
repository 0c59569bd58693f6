"""Labels what stands below the text of an article."""
