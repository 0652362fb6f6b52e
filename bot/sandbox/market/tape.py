"""All that is on record of one contract, whatever its source."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.sandbox.market.candles import Candles, Floats, Ints


@dataclass(frozen=True)
class Stamped:
    """A quantity that is known from its stamp on."""

    stamp_ms: Ints
    value: Floats

    def __len__(self) -> int:
        return len(self.stamp_ms)

    def __getitem__(self, rows: slice | npt.NDArray[np.intp]) -> "Stamped":
        return Stamped(self.stamp_ms[rows], self.value[rows])

    def between(self, begin_ms: int, end_ms: int) -> "Stamped":
        """What is stamped in [begin, end)."""
        first, last = np.searchsorted(self.stamp_ms, [begin_ms, end_ms])
        return Stamped(self.stamp_ms[first:last], self.value[first:last])

    def latest(self, now_ms: int) -> float | None:
        at = int(np.searchsorted(self.stamp_ms, now_ms, "right")) - 1
        return float(self.value[at]) if at >= 0 else None

    def on_grid(self, step_ms: int) -> "Stamped":
        """The last value of each step, at the first grid moment by which it was known; gaps stay gaps."""
        grid = -(-self.stamp_ms // step_ms) * step_ms
        last = np.flatnonzero(np.append(grid[1:] != grid[:-1], True)) if len(grid) else np.empty(0, np.int64)
        return Stamped(grid[last], self.value[last])

    @staticmethod
    def nothing() -> "Stamped":
        return Stamped(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class Tape:
    """Minutes up to the present one at least; that one is whole, and the reader must cut it.

    Volume is in base coin, open interest in what the contract counts.
    """

    minutes: Candles
    marks: Candles
    open_interest: Stamped
    long_share: Stamped
    funding: Stamped
