"""Small records for the tests of the store and of delivery."""

from __future__ import annotations

from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.kinds import Kind as AlertKind
from bot.rules.memory import Memory, Told
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Reason, Telling
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter

BTC = "BTC/USDT:USDT"
ETH = "ETH/USDT:USDT"
HOME = Destination(1001)
GROUP = Destination(-2002)
TOPIC = Destination(-2002, 7)
RULES = RuleSet("day", Reach(percent=0.015), Band.HIGH)
NOW = 1_800_000_000_000
MINUTE = 60_000
LEASE = 60_000


def letter(name: str, to: Destination = HOME, kind: Kind = Kind.ALERT, **more: object) -> Letter:
    return Letter(**{"dedup_key": name, "destination": to, "kind": kind, "text": f"<b>{name}</b>", **more})  # type: ignore[arg-type]


def zone(name: str = "Z42") -> Zone:
    return Zone(name, Side.LONG, 95.0, 96.0, 95.5, 10.0, 80.0, 3.0, (0.25, 0.25, 0.25, 0.25), NOW)


def telling(name: str = "Z42", at_ms: int = NOW, *, silent: bool = False) -> Telling:
    near = zone(name)
    return Telling(
        AlertKind.NEAR,
        f"near:{name}",
        Reason.FIRST,
        97.0,
        at_ms,
        near.low,
        near.high,
        0.004,
        near.side,
        near,
        -0.0103,
        is_silent=silent,
    )


def told(name: str = "Z42") -> Memory:
    kept = Told(f"near:{name}", Side.LONG, 95.0, 96.0, NOW)
    return Memory(frozenset({"Z7"}), frozenset({"near:Z8"}), (kept,), since_ms=NOW)
