"""What each command does: a question in, an answer out."""
