"""Tables and the statements on them."""
