"""One venue's count of what was asked of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.exchange.limits.pots import Charge, Limit, Pot, pot_of
from bot.sandbox.exchange.limits.rules import VenueRules
from bot.sandbox.exchange.query import Query

REMEMBERED_SECONDS = 300.0


@dataclass(frozen=True)
class Standing:
    """How a request leaves its pot, for the venue's headers."""

    used: int
    most: int
    relief_seconds: float


@dataclass(frozen=True)
class Excess:
    """A request is refused: the limit is reached, or the address is banned."""

    banned: bool
    seconds: float


class Meter:
    """Counts always. A request over a limit is refused only where the caller enforces; it then takes nothing
    from the pots."""

    def __init__(self, rules: VenueRules, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget everything, bans as well."""
        self._pots: dict[tuple[Limit, str], Pot] = {}
        self._peaks: dict[Limit, float] = {}
        self._asked: deque[float] = deque()
        self._banned_until = 0.0
        self._refused_on_end = 0
        self.refusals = 0

    def count(self, path: str, query: Query, enforced: bool) -> tuple[Standing, Excess | None]:
        now = self._clock()
        self._asked.append(now)
        self._forget_asked(now)
        charges = self._rules.charges(path, query)
        excess = self._excess(charges, now)
        if excess is None or not enforced:
            for charge in charges:
                self._pot(charge).take(charge.weight, now)
            self._refused_on_end = 0
            return self._standing(charges[0], now), None
        self.refusals += 1
        return self._standing(charges[0], now), excess if excess.banned else self._next_refusal(excess, now)

    def _excess(self, charges: list[Charge], now: float) -> Excess | None:
        """What stands in the way of a request, if anything does; the peaks hear of it either way."""
        full = []
        for charge in charges:
            pot, limit = self._pot(charge), charge.limit
            share = (pot.used(now) + charge.weight) / limit.most
            self._peaks[limit] = max(self._peaks.get(limit, 0.0), share)
            if share > 1:
                full.append(pot.relief(now))
        if now < self._banned_until:
            return Excess(True, self._banned_until - now)
        return Excess(False, max(full)) if full else None

    def _next_refusal(self, excess: Excess, now: float) -> Excess:
        self._refused_on_end += 1
        if self._rules.ban_after is None or self._refused_on_end < self._rules.ban_after:
            return excess
        self._refused_on_end = 0
        self._banned_until = now + self._rules.ban_seconds
        return Excess(True, self._rules.ban_seconds)

    def _standing(self, charge: Charge, now: float) -> Standing:
        pot = self._pot(charge)
        return Standing(pot.used(now), charge.limit.most, pot.relief(now))

    def _pot(self, charge: Charge) -> Pot:
        key = (charge.limit, charge.of)
        if key not in self._pots:
            self._pots[key] = pot_of(charge.limit)
        return self._pots[key]

    def report(self) -> dict[str, object]:
        """Requests of the last minutes; of each limit the fullest pot now and the highest share reached."""
        now = self._clock()
        self._forget_asked(now)
        return {
            "requests_last_minute": sum(1 for at in self._asked if at + 60 > now),
            "requests_last_5_minutes": len(self._asked),
            "limits": {limit.name: self._use(limit, now) for limit in self._peaks},
            "refusals": self.refusals,
            "banned_seconds": round(max(0.0, self._banned_until - now), 3),
        }

    def _forget_asked(self, now: float) -> None:
        while self._asked and self._asked[0] + REMEMBERED_SECONDS <= now:
            self._asked.popleft()

    def _use(self, limit: Limit, now: float) -> dict[str, object]:
        used = max(pot.used(now) for (of, _), pot in self._pots.items() if of == limit)
        peak = round(self._peaks[limit], 4)
        return {"most": limit.most, "seconds": limit.seconds, "used": used, "peak": peak}
