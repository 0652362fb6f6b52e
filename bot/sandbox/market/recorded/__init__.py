"""A market out of a recording."""
