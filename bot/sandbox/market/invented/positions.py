"""The open positions of every contract, in fixed arrays of slots."""

from dataclasses import dataclass

import numpy as np

from bot.sandbox.market.candles import Floats, Ints
from bot.sandbox.market.liquidations import LONG

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

    def __init__(self, contracts: int, slots: int, entering: int) -> None:
        """Room for so many positions per contract and side, of which so many enter at a time."""
        self._slots = slots
        self._spare = max(LOW_ON_SLOTS, 4 * entering)
        rows = 2 * contracts
        self.key: Floats = np.full((rows, slots), FREE)
        self.lots: Floats = np.zeros((rows, slots))
        self.bankruptcy: Floats = np.zeros((rows, slots))
        self._close_at = np.full((rows, slots), NEVER, np.int32)
        self._free = np.tile(np.arange(slots), (rows, 1))
        self._free_count = np.full(rows, slots)
        self._rows = np.arange(rows)[:, None]

    def reached(self, threshold: Floats) -> Taken:
        """Positions that price has reached, or would reach at these thresholds."""
        return self.chosen(np.flatnonzero(self.key >= threshold[:, None]))

    def due(self, minute: int) -> Ints:
        """Slots of positions whose owner closes in this minute or should have before."""
        return np.flatnonzero(self._close_at <= minute)

    def chosen(self, slot: Ints) -> Taken:
        return Taken(slot, slot // self._slots, self.lots.ravel()[slot])

    def move_away(self, taken: Taken, distance: Floats) -> None:
        """Their owners add margin: liquidation and bankruptcy retreat by so much in price."""
        outward = np.where(taken.row % 2 == LONG, -distance, distance)
        self.key.ravel()[taken.slot] -= distance
        self.bankruptcy.ravel()[taken.slot] += outward

    def withdraw(self, taken: Taken) -> None:
        """Empty the slots; they are free for others only once given back."""
        self.key.ravel()[taken.slot] = FREE
        self.lots.ravel()[taken.slot] = 0.0
        self._close_at.ravel()[taken.slot] = NEVER

    def give_back(self, slot: Ints) -> None:
        """Slots sorted by row: a slot's place on its row's stack of free ones is its rank within the row."""
        row = slot // self._slots
        count = np.bincount(row, minlength=len(self._free_count))
        begin = np.cumsum(count) - count
        place = np.arange(len(row)) + (self._free_count - begin)[row]
        self._free[row, place] = slot % self._slots
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
        return bool(self._free_count.min() < self._spare)

    def hurry(self, minute: int) -> None:
        """Where slots run out, those who would close soonest close next minute."""
        for row in np.flatnonzero(self._free_count < self._spare):
            soonest = np.argpartition(self._close_at[row], self._spare)[: self._spare]
            self._close_at[row, soonest] = minute

    def some_of(self, row: Ints, begin: Ints, lots: Floats) -> Ints:
        """Slots of positions, a few neighbours a row, that together hold so many lots if they can."""
        order = (begin[:, None] + np.arange(NEIGHBOURS)) % self._slots
        flat = row[:, None] * self._slots + order
        held = self.lots.ravel()[flat]
        before = held.cumsum(1) - held
        return np.asarray(flat[(before < lots[:, None]) & (held > 0)])

    def totals(self) -> Floats:
        """Lots per row."""
        return np.asarray(self.lots.sum(1))
