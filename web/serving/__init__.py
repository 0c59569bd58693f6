"""The server: processes, limits, logs, metrics, health."""
