"""What the invented market leaves on record, minute by minute."""

import numpy as np

from bot.sandbox.market.candles import Floats
from bot.sandbox.market.invented.simulation import Minute

COLUMNS = ("open", "high", "low", "close", "volume", "taker_buy", "open_lots", "long_share")


class Ledger:
    """Columns of (minute, contract) that grow by doubling."""

    def __init__(self, contracts: int, capacity: int) -> None:
        self.count = 0
        self._columns = {name: np.empty((max(1, capacity), contracts)) for name in COLUMNS}

    def write(self, minute: Minute) -> None:
        if self.count == len(self._columns["open"]):
            self._columns = {
                name: np.concatenate([old, np.empty_like(old)]) for name, old in self._columns.items()
            }
        for name, column in self._columns.items():
            column[self.count] = getattr(minute, name)
        self.count += 1

    def column(self, name: str, contract: int) -> Floats:
        return self._columns[name][: self.count, contract]
