"""What a session's digest says of each pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from told_maps import HOUR_MS, LONGS_ZONE, NOW_MS, SHORTS_ZONE, TWO, told_map

from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.rules.presets import DAY, SWING
from bot.rules.rule_set import RuleSet
from bot.rules.sessions import Session
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.plain import without_markup
from bot.wording.session_text import Opening, PairNews, session_text

BTC = "BTC/USDT:USDT"
OPENING = Opening(Session.LONDON, NOW_MS, Session.ASIA, NOW_MS - 8 * HOUR_MS)


def event(kind: ZoneEventKind, name: str = "Z9", percentile: float = 80.0, **more: float) -> ZoneEvent:
    return ZoneEvent(kind, name, Side.LONG, 1.0, 2.0, 5.0, percentile, 3.0, NOW_MS, **more)  # type: ignore[arg-type]


def told(
    zones: Sequence[Zone] = TWO, events: Sequence[ZoneEvent] = (), rules: RuleSet = DAY, late_ms: int = 0
) -> list[str]:
    shown = Snapshot(told_map(), tuple(zones), 0.1, NOW_MS + late_ms)
    text = session_text(OPENING, [PairNews(BTC, rules, shown, events)], NOW_MS + late_ms, "Europe/Berlin")
    return without_markup(text).splitlines()


def test_price_and_the_nearest_zone_of_each_side() -> None:
    assert told()[:7] == [
        "🗞 London opens · 15:05 Berlin time",
        "What happened to zones is since Asia opened (8 h earlier).",
        "",
        "BTC/USDT 97,240",
        "▲ Z42 98,600–98,950 (shorts, Extreme): 1.4% above",
        "▼ Z37 95,850–96,100 (longs, High): 1.2% below",
        "Zones: nothing to speak of",
    ]


def test_a_zone_that_price_is_in_and_a_side_without_any() -> None:
    inside = replace(LONGS_ZONE, low=97_000.0, high=97_500.0)
    lines = told([SHORTS_ZONE, inside], rules=SWING)
    assert lines[5] == "▼ no longs' zone that is Extreme below"
    assert told([inside])[5] == "▼ Z37 97,000–97,500 (longs, High): price is inside it"


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([event(ZoneEventKind.GREW, ratio=1.62)], "Zones: Z9 grew ×1.6"),
        ([event(ZoneEventKind.ENTERED), event(ZoneEventKind.SWEPT)], "Zones: Z9 swept"),
        ([event(ZoneEventKind.SWEPT), event(ZoneEventKind.RETURNED)], "Zones: Z9 swept and returned through"),
        ([event(ZoneEventKind.FADED, "Z1"), event(ZoneEventKind.BORN, "Z2")], "Zones: Z2 new, Z1 faded"),
        ([event(ZoneEventKind.SWEPT, percentile=20.0)], "Zones: nothing to speak of"),
        ([event(ZoneEventKind.SHRANK), event(ZoneEventKind.MOVED)], "Zones: nothing to speak of"),
        (
            [event(ZoneEventKind.BORN, f"Z{n}") for n in range(6)],
            "Zones: Z0 new, Z1 new, Z2 new, Z3 new and 2 more",
        ),
    ],
)
def test_what_happened_to_zones(events: Sequence[ZoneEvent], said: str) -> None:
    assert told(events=events)[6] == said


def test_late_data_is_said_so() -> None:
    assert not any("⚠" in line for line in told())
    late = told(late_ms=20 * 60_000)
    assert late[0] == "🗞 London opens · 15:05 Berlin time, 20 min ago"
    assert any(line.startswith("⚠ Data is 20 min old") for line in late)


def test_many_pairs_fit_into_one_message() -> None:
    shown = Snapshot(told_map(), TWO, 0.1, NOW_MS)
    events = [event(ZoneEventKind.RETURNED, f"Z{10_000 + n}") for n in range(9)]
    pairs = [PairNews(f"1000000COIN{n}/USDT:USDT-261225", DAY, shown, events) for n in range(50)]
    text = session_text(OPENING, pairs, NOW_MS + 20 * 60_000, "America/Argentina/ComodRivadavia")
    assert visible_length(text) <= MESSAGE_LIMIT
    assert "… and 40 more: /near" in text
