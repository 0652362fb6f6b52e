"""What there may be to say: one module for each kind of alert."""
