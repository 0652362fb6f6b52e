"""A market of invented traders."""
