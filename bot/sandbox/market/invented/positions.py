"""The open positions of every contract, in fixed arrays of slots."""

from dataclasses import dataclass

import numpy as np

from bot.sandbox.market.candles import Floats, Ints

SLOTS = 1536
LOW_ON_SLOTS = 32
NEIGHBOURS = 128
NEVER = np.iinfo(np.int32).max
FREE = -np.inf


@dataclass(frozen=True)
class Taken:
    """Positions taken out of the pool; `row` is twice the contract plus the side."""

    slot: Ints
    row: Ints
    lots: Floats


class PositionPool:
    """`key` is the liquidation price of a long and the negated one of a short: when price reaches
    a position, its key is at or above the threshold of its row (the low, or the negated high)."""

    def __init__(self, contracts: int) -> None:
        rows = 2 * contracts
        self.key: Floats = np.full((rows, SLOTS), FREE)
        self.lots: Floats = np.zeros((rows, SLOTS))
        self.bankruptcy: Floats = np.zeros((rows, SLOTS))
        self._close_at = np.full((rows, SLOTS), NEVER, np.int32)
        self._free = np.tile(np.arange(SLOTS), (rows, 1))
        self._free_count = np.full(rows, SLOTS)
        self._rows = np.arange(rows)[:, None]

    def reached(self, threshold: Floats) -> Taken:
        """Positions that price has reached."""
        return self.chosen(np.flatnonzero(self.key >= threshold[:, None]))

    def due(self, minute: int) -> Ints:
        """Slots of positions whose owner closes in this minute or should have before."""
        return np.flatnonzero(self._close_at <= minute)

    def chosen(self, slot: Ints) -> Taken:
        return Taken(slot, slot // SLOTS, self.lots.ravel()[slot])

    def withdraw(self, taken: Taken) -> None:
        """Empty the slots; they are free for others only once given back."""
        self.key.ravel()[taken.slot] = FREE
        self.lots.ravel()[taken.slot] = 0.0
        self._close_at.ravel()[taken.slot] = NEVER

    def give_back(self, slot: Ints) -> None:
        """Slots sorted by row: a slot's place on its row's stack of free ones is its rank within the row."""
        row = slot // SLOTS
        count = np.bincount(row, minlength=len(self._free_count))
        begin = np.cumsum(count) - count
        place = np.arange(len(row)) + (self._free_count - begin)[row]
        self._free[row, place] = slot % SLOTS
        self._free_count += count

    def open(self, key: Floats, lots: Floats, bankruptcy: Floats, close_at: Ints) -> None:
        """New positions, as many in every row."""
        many = key.shape[1]
        slot = self._free[self._rows, self._free_count[:, None] - 1 - np.arange(many)]
        self._free_count -= many
        self.key[self._rows, slot] = key
        self.lots[self._rows, slot] = lots
        self.bankruptcy[self._rows, slot] = bankruptcy
        self._close_at[self._rows, slot] = close_at

    def crowded(self) -> bool:
        return bool(self._free_count.min() < LOW_ON_SLOTS)

    def hurry(self, minute: int) -> None:
        """Where slots run out, those who would close soonest close next minute."""
        for row in np.flatnonzero(self._free_count < LOW_ON_SLOTS):
            soonest = np.argpartition(self._close_at[row], LOW_ON_SLOTS)[:LOW_ON_SLOTS]
            self._close_at[row, soonest] = minute

    def some_of(self, row: Ints, begin: Ints, lots: Floats) -> Ints:
        """Slots of positions, a few neighbours a row, that together hold so many lots if they can."""
        order = (begin[:, None] + np.arange(NEIGHBOURS)) % SLOTS
        flat = row[:, None] * SLOTS + order
        held = self.lots.ravel()[flat]
        before = held.cumsum(1) - held
        return np.asarray(flat[(before < lots[:, None]) & (held > 0)])

    def totals(self) -> Floats:
        """Lots per row."""
        return np.asarray(self.lots.sum(1))
