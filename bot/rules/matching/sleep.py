"""Between which prices and until when each subscription has nothing to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.rules.matching.held_rows import Bools, Floats, Rows


@dataclass
class Sleep:
    """A row for each subscription."""

    low: Floats  # it wakes when price is here or below
    high: Floats  # or here or above
    until: Floats  # market time at which it is to be looked at anew
    is_awake: Bools  # whatever the price

    @classmethod
    def none(cls, count: int) -> Sleep:
        nothing, forever = np.zeros(count), np.full(count, np.inf)
        return cls(nothing, forever, forever.copy(), np.zeros(count, dtype=bool))

    def with_more(self, count: int) -> Sleep:
        """And some that are to be looked at at once."""
        more = Sleep.none(count)
        more.until[:] = 0
        return Sleep(
            np.concatenate([self.low, more.low]),
            np.concatenate([self.high, more.high]),
            np.concatenate([self.until, more.until]),
            np.concatenate([self.is_awake, more.is_awake]),
        )

    def put(self, rows: Rows, laid: Sleep) -> None:
        self.low[rows], self.high[rows] = laid.low, laid.high
        self.until[rows], self.is_awake[rows] = laid.until, laid.is_awake

    def wake(self, mask: Bools, price: Floats, downward: Bools) -> None:
        """When price comes to these: rows x columns. `downward` is one for each column."""
        upward = ~downward
        low = np.where(mask[:, downward], price[:, downward], 0.0)
        high = np.where(mask[:, upward], price[:, upward], np.inf)
        np.maximum(self.low, low.max(axis=1, initial=0.0), out=self.low)
        np.minimum(self.high, high.min(axis=1, initial=np.inf), out=self.high)

    def wake_each(self, rows: Rows, below: Floats, above: Floats) -> None:
        """When price is below or above; any number of entries for a row."""
        np.maximum.at(self.low, rows, below)
        np.minimum.at(self.high, rows, above)

    def wake_now(self, rows: Rows) -> None:
        self.is_awake[rows] = True
