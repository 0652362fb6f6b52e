"""How much of its liquidations a venue tells."""

from enum import Enum


class Feed(Enum):
    """What one liquidation heard says of those that were not."""

    COMPLETE = "complete"  # every order
    THROTTLED = "throttled"  # at most one order per contract and second: busy seconds are cut
    PARTIAL = "partial"  # some orders, by a rule that the venue does not state

    @property
    def is_lower_bound(self) -> bool:
        """Whether sums over it must be called "at least", and never be added to another venue's."""
        return self is not Feed.COMPLETE
