"""What exchanges say: symbols, candles, open interest, tiers and mark prices, live or recorded."""
