"""Contracts, the inventory of open positions, the map and its zones. Pure: arrays and records only."""
