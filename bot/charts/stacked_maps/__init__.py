"""Several maps under each other: two compared, or one over several windows."""
