"""The catalog: what earlier runs read, and what the next run has to do because of it."""
