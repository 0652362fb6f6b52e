"""Small records for the tests of the store and of delivery."""

from __future__ import annotations

from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.proximity import Approach, Firing, ProximityRule, ProximityState
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter

BTC = "BTC/USDT:USDT"
ETH = "ETH/USDT:USDT"
HOME = Destination(1001)
GROUP = Destination(-2002)
TOPIC = Destination(-2002, 7)
RULE = ProximityRule(0.015, Band.HIGH)
NOW = 1_800_000_000_000
MINUTE = 60_000
LEASE = 60_000


def letter(name: str, to: Destination = HOME, kind: Kind = Kind.ALERT, **more: object) -> Letter:
    return Letter(**{"dedup_key": name, "destination": to, "kind": kind, "text": f"<b>{name}</b>", **more})  # type: ignore[arg-type]


def zone(name: str = "Z42") -> Zone:
    return Zone(name, Side.LONG, 95.0, 96.0, 95.5, 10.0, 80.0, 3.0, (0.25, 0.25, 0.25, 0.25), NOW)


def firing(name: str = "Z42", at_ms: int = NOW) -> Firing:
    return Firing(zone(name), price=97.0, distance=-0.0103, inside=False, at_ms=at_ms)


def told(name: str = "Z42") -> ProximityState:
    return ProximityState(frozenset({"Z7"}), frozenset({"Z8"}), (Approach(name, Side.LONG, 95.0, 96.0),))
