"""The liquidation map: bars over price."""
