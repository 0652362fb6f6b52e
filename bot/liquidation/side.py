"""The side of a position, and where on the price axis it is force-closed."""

from enum import IntEnum


class Side(IntEnum):
    """Index of the side axis of every array here.

    A long is liquidated when price FALLS, by a forced sell: its cluster lies below price.
    A short is liquidated when price RISES, by a forced buy: its cluster lies above price.
    """

    LONG = 0
    SHORT = 1

    @property
    def sign(self) -> int:
        """Direction from price to the side's liquidation levels: -1 below, +1 above."""
        return -1 if self is Side.LONG else 1

    @property
    def word(self) -> str:
        return self.name.lower()
