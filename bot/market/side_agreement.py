"""Whether a venue's liquidations fit the way price went: a long is liquidated when price falls."""

from __future__ import annotations

from collections import deque

from bot.liquidation.side import Side

REMEMBERED = 60
ENOUGH = 30
FEWEST_AGREE = 0.35  # a feed whose sides are swapped agrees about once in ten, a right one nine times


class SideAgreement:
    """The last orders of one venue; cascades turn within a minute, so single ones may disagree."""

    def __init__(self) -> None:
        self._agreed: deque[bool] = deque(maxlen=REMEMBERED)

    def note(self, side: Side, price_before: float, price_now: float) -> None:
        """Where price has not moved the order says nothing."""
        if price_now != price_before:
            self._agreed.append((price_now > price_before) == (side.sign > 0))

    @property
    def is_doubtful(self) -> bool:
        return len(self._agreed) >= ENOUGH and sum(self._agreed) < FEWEST_AGREE * len(self._agreed)
