"""Which published open interest can be believed.

Venues publish zeros while they are down, change the unit of a contract and relist coins: each would open or
wipe the whole inventory. So a value that is not positive, or more than ten times away from the last one
believed, is left out; three in a row that agree with each other are the new truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Stamps = NDArray[np.int64]

LEAST_RATIO = 0.1  # of two values that follow each other, either way
AGREEMENT = 1.2  # largest ratio within three values that agree


@dataclass
class InterestJudge:
    """Judges open interest in the order of its publication; all of its state survives JSON.

    The very first value is believed if it is positive. Any portions give what one go gives. Zeros stand for
    "none".
    """

    trusted: float = 0.0  # the last value believed
    doubted: float = 0.0  # the last value, if it was doubted for its distance
    doubted_before: float = 0.0  # the one before, if it was doubted too
    distrusted_rows: int = 0  # since the beginning
    distrusted_since_ms: int = 0  # stamp of the first row distrusted after the last one believed

    @property
    def is_distrusting(self) -> bool:
        """Whether the newest published value was not believed."""
        return self.distrusted_since_ms > 0

    def judge(self, values: Floats, stamps_ms: Stamps) -> Floats:
        """What of the values can be believed, NaN elsewhere; shapes (n,), (n,) -> (n,).

        NaN and infinities are rows in which nothing was published: they neither count nor end anything.
        """
        if len(values) == 1:
            return np.array([self.judge_one(values.item(), stamps_ms.item())])
        published = np.isfinite(values)
        told = values[published]
        calm = self._calm_values(told)
        if calm:
            self._believe(told[calm - 1].item())
        later = zip(told[calm:].tolist(), stamps_ms[published][calm:].tolist(), strict=True)
        told[calm:] = [self.judge_one(value, stamp) for value, stamp in later]
        believed = np.full(len(values), nan)
        believed[published] = told
        return believed

    def judge_one(self, value: float, stamp_ms: int) -> float:
        """The value itself where it can be believed, else NaN."""
        if not abs(value) < inf:
            return nan
        if value > 0 and (self._follows(value) or self._is_confirmed(value)):
            self._believe(value)
            return value
        self.doubted_before, self.doubted = (self.doubted, value) if value > 0 else (0.0, 0.0)
        self.distrusted_rows += 1
        self.distrusted_since_ms = self.distrusted_since_ms or stamp_ms
        return nan

    def _calm_values(self, told: Floats) -> int:
        """How many values from the first on each follow the one before without a jump."""
        if not len(told):
            return 0
        before = np.empty_like(told)
        before[0], before[1:] = self.trusted or told[0], told[:-1]
        calm = (told > 0) & (told * LEAST_RATIO <= before) & (told >= before * LEAST_RATIO)
        return len(told) if calm.all() else int(np.argmin(calm))

    def _follows(self, value: float) -> bool:
        return not self.trusted or (
            value * LEAST_RATIO <= self.trusted and value >= self.trusted * LEAST_RATIO
        )

    def _is_confirmed(self, value: float) -> bool:
        """Whether it agrees with the two before it, which were doubted like itself."""
        lowest = min(value, self.doubted, self.doubted_before)
        return lowest > 0 and max(value, self.doubted, self.doubted_before) <= lowest * AGREEMENT

    def _believe(self, value: float) -> None:
        self.trusted, self.doubted, self.doubted_before, self.distrusted_since_ms = value, 0.0, 0.0, 0
