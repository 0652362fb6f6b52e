"""How many liquidation orders went out, so that a listener can be checked against the server."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

REMEMBERED = 100_000  # orders that are known again when they are told twice


@dataclass(frozen=True, slots=True)
class Told:
    """A liquidation order inside a message: `base` in coins, `wire` in what the venue writes."""

    number: int
    contract: str
    base: float
    wire: float


@dataclass(slots=True)
class Count:
    orders: int = 0
    base: float = 0.0
    wire: float = 0.0

    def add(self, told: Told) -> None:
        self.orders += 1
        self.base += told.base
        self.wire += told.wire


class Tally:
    """Counts every order once, whether or not it is told again."""

    def __init__(self) -> None:
        self._counts: dict[str, Count] = {}
        self._known: set[int] = set()
        self._newest: deque[int] = deque()

    def note(self, orders: Iterable[Told]) -> None:
        for told in orders:
            if told.number not in self._known:
                self._remember(told.number)
                self._counts.setdefault(told.contract, Count()).add(told)

    def _remember(self, number: int) -> None:
        self._known.add(number)
        self._newest.append(number)
        if len(self._newest) > REMEMBERED:
            self._known.discard(self._newest.popleft())

    def listing(self) -> dict[str, dict[str, float]]:
        return {
            contract: {"orders": one.orders, "base": round(one.base, 8), "wire": round(one.wire, 8)}
            for contract, one in sorted(self._counts.items())
        }
