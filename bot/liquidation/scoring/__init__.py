"""How good maps are: against open positions, against what was liquidated, and beside plain maps."""
