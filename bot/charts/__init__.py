"""Maps to PNG bytes. matplotlib's Agg draws the data, Pillow the text; words in pictures stay English."""
