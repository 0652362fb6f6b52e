"""Who of those that follow a pair a mark price could mean anything to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from bot.rules.matching.matcher import Matcher
from bot.rules.matching.rows import Follower
from bot.rules.scene import Scene
from bot.store.subscriptions import Subscription

EventOf = Callable[[Subscription], int]  # until when its place watches more densely; 0 if it does not


@dataclass
class _Pair:
    matcher: Matcher = field(default_factory=Matcher)
    known: dict[int, tuple[int, int]] = field(default_factory=dict)  # version and event watch, by id


@dataclass
class Sleepers:
    _pairs: dict[str, _Pair] = field(default_factory=dict)  # by symbol

    def keep(self, symbols: Collection[str]) -> None:
        """Nobody watches the others any more."""
        for gone in self._pairs.keys() - set(symbols):
            del self._pairs[gone]

    def awake(
        self, symbol: str, followers: Sequence[Subscription], event_of: EventOf, scene: Scene
    ) -> list[Subscription]:
        """The others would decide nothing and remember the same."""
        pair = self._pairs.setdefault(symbol, _Pair())
        for gone in pair.known.keys() - {one.id for one in followers}:
            pair.matcher.drop(gone)
            del pair.known[gone]
        for one in followers:
            now = one.version, event_of(one)
            if pair.known.get(one.id) != now:
                pair.known[one.id] = now
                pair.matcher.put(Follower(one.id, one.rules, one.state, now[1]))
        named = set(pair.matcher.candidates(scene))
        return [one for one in followers if one.id in named]
