"""Who follows a pair, kept in memory: only what changed in the database is read again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bot.store import subscriptions
from bot.store.database import Database
from bot.store.subscriptions import Subscription


@dataclass
class Followers:
    database: Database
    _known: dict[str, dict[int, Subscription]] = field(default_factory=dict)  # by symbol, by id

    def keep(self, symbols: Collection[str]) -> None:
        """Nobody watches the others any more."""
        for gone in self._known.keys() - set(symbols):
            del self._known[gone]

    async def of(self, symbol: str) -> tuple[Subscription, ...]:
        """As the database has them now, in the order of their ids."""
        known = self._known.get(symbol, {})
        async with self.database.read() as tx:
            versions = await subscriptions.versions(tx, symbol)
            changed = [one for one, version in versions.items() if _version(known.get(one)) != version]
            fresh = await subscriptions.by_ids(tx, changed) if changed else ()
        self._known[symbol] = _merged(known, fresh, versions)
        return tuple(self._known[symbol].values())


def _version(subscription: Subscription | None) -> int | None:
    return None if subscription is None else subscription.version


def _merged(
    known: dict[int, Subscription], fresh: Iterable[Subscription], wanted: Iterable[int]
) -> dict[int, Subscription]:
    everything = {**known, **{one.id: one for one in fresh}}
    return {one: everything[one] for one in sorted(wanted) if one in everything}
