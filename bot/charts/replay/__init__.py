"""The last day of a map, as an animation."""
