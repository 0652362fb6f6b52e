"""Only those are asked whom a mark price could mean anything to."""

from __future__ import annotations

from dataclasses import replace

from bot.jobs.sleepers import Sleepers
from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.deciding import decide
from bot.rules.memory import Memory
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.scene import Scene
from bot.rules.telling import Terms
from bot.store.destination import Destination
from bot.store.subscriptions import Subscription

BTC = "BTC/USDT:USDT"
NOW = 1_800_000_000_000
ZONE = Zone("Z1", Side.SHORT, 102.0, 103.0, 102.5, 5.0, 80.0, 2.0, (0.1, 0.2, 0.3, 0.4), 0)
READING = Reading(BTC, NOW, 100.0, 0.004, (ZONE,))


def follower(number: int, reach: float) -> Subscription:
    rules = RuleSet("day", Reach(percent=reach), Band.HIGH)
    return Subscription(number, Destination(number), BTC, rules, Memory(), number, NOW)


def asked(sleepers: Sleepers, followers: list[Subscription], price: float, event_ms: int = 0) -> list[int]:
    """Ids of those that are asked; what they remember by then is kept, as the sentinel does."""
    scene = Scene(price, NOW, READING)
    awake = sleepers.awake(BTC, followers, lambda _: event_ms, scene)
    for one in awake:
        memory = decide(one.rules, one.state, scene, Terms(event_until_ms=event_ms)).memory
        if memory != one.state:
            followers[followers.index(one)] = replace(one, state=memory, version=one.version + 1)
    return [one.id for one in awake]


def test_only_those_whose_reach_price_comes_into_are_asked() -> None:
    sleepers, followers = Sleepers(), [follower(1, 0.01), follower(2, 0.005)]
    assert asked(sleepers, followers, 100.0) == [1, 2]
    assert asked(sleepers, followers, 100.2) == []
    assert asked(sleepers, followers, 101.2) == [1]
    assert asked(sleepers, followers, 101.3) == []


def test_changed_rules_an_event_and_the_gone_are_noticed() -> None:
    sleepers, followers = Sleepers(), [follower(1, 0.01), follower(2, 0.005)]
    assert asked(sleepers, followers, 100.0) == [1, 2]
    followers[1] = replace(followers[1], rules=replace(followers[1].rules, reach=Reach(0.009)), version=9)
    assert asked(sleepers, followers, 101.2) == [1, 2]
    del followers[0]
    assert asked(sleepers, followers, 99.0) == [2]  # price has been away from what it was told of
    followers.append(follower(3, 0.01))
    assert asked(sleepers, followers, 99.0) == [3]
    assert asked(sleepers, followers, 100.3, event_ms=NOW + 1) == [2, 3]


def test_pairs_that_nobody_watches_are_forgotten_and_met_anew() -> None:
    sleepers, followers = Sleepers(), [follower(1, 0.01)]
    assert asked(sleepers, followers, 100.0) == [1]
    sleepers.keep({BTC})
    assert sleepers._pairs.keys() == {BTC}
    sleepers.keep({"ETH/USDT:USDT"})
    assert not sleepers._pairs
    assert asked(sleepers, followers, 101.2) == [1]
