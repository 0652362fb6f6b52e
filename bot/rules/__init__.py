"""What is worth saying, and when. Pure."""
