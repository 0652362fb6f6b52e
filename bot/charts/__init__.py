"""Maps as PNG bytes."""
