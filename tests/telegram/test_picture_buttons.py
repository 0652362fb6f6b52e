"""The buttons under pictures: each is the same picture with one thing different, and fits on a phone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.side import Side
from bot.liquidation.windows import ALL, WINDOWS
from bot.liquidation.zone import Band
from bot.look import Overlay, PaletteName, Stack, Theme, Wishes
from bot.telegram.words import Request, parse_request
from bot.wording.buttons import LONGEST_DATA, Keyboard, line_of
from bot.wording.picture_buttons import heat_buttons, map_buttons, replay_buttons
from bot.wording.picture_line import PictureLine

BTC = "BTC/USDT:USDT"
VENUES = ("binance", "okx", "bybit")
PLAIN = PictureLine(BTC)

asked_lines = st.builds(
    PictureLine,
    symbol=st.sampled_from([BTC, "1000000MOG/USDT:USDT", "BTC/USD:BTC-261225"]),
    window=st.sampled_from([ALL, *WINDOWS]),
    venue=st.sampled_from([None, "binance"]),
    selection=st.builds(
        Selection,
        st.frozensets(st.integers(0, 3), min_size=1),
        st.sampled_from([None, *Side]),
        st.sampled_from([Band.LOW, Band.MEDIUM]),
        st.sampled_from([Band.HIGH, Band.EXTREME]),
    ),
    wishes=st.builds(
        Wishes,
        st.sampled_from([None, *PaletteName]),
        st.sampled_from([None, *Theme]),
        st.sampled_from([None, Stack.VENUE]),
        st.frozensets(st.sampled_from(list(Overlay))),
        st.sampled_from([None, 5]),
        st.booleans(),
    ),
    at_ms=st.sampled_from([None, 1_791_158_400_000]),
)


def lines(keyboard: Keyboard) -> dict[str, str]:
    """What each button asks, by its text."""
    return {one.text: line_of(one.data) or "" for row in keyboard for one in row}


def request_of(line: str) -> Request:
    verb, _, rest = line.partition(" ")
    request = parse_request(rest if verb in ("redraw", "again") else line)
    assert request.problems == ()
    assert len(request.symbols) == 1
    return request


def test_a_maps_buttons_say_what_they_do() -> None:
    keyboard = map_buttons(PLAIN, VENUES, "Z42")
    assert [[one.text for one in row] for row in keyboard] == [
        ["12h", "24h", "3d", "7d"],
        ["30d", "90d", "180d", "1y"],
        ["✓ Map", "Heatmap", "Zones", "High+"],
        ["≤10x", "10–25x", "25–50x", ">50x"],
        ["Longs", "Shorts", "By venue", "✓ All open"],
        ["Binance", "OKX", "Bybit"],
        ["Refresh", "🔔 Alert", "Why Z42?", "Full size"],
    ]
    asked = lines(keyboard)
    assert asked["24h"] == f"redraw {BTC} 24h"
    assert asked["Heatmap"] == f"redraw heat {BTC}"
    assert asked["Zones"] == f"zones {BTC}"
    assert asked["High+"] == f"redraw {BTC} high"
    assert asked["25–50x"] == f"redraw {BTC} 50x"
    assert asked["Longs"] == f"redraw {BTC} long"
    assert asked["By venue"] == f"redraw {BTC} venues"
    assert asked["OKX"] == f"redraw {BTC} okx"
    assert asked["Refresh"] == f"again {BTC}"
    assert asked["🔔 Alert"] == f"subscribe {BTC}"
    assert asked["Why Z42?"] == f"why {BTC} Z42"
    assert asked["Full size"] == f"map {BTC} full"


def test_a_map_as_it_was_leads_an_hour_back_and_on_and_to_now() -> None:
    then = replace(PLAIN, window="7d", at_ms=1_770_292_800_000)  # 2026-02-05 12:00 UTC
    asked = lines(map_buttons(then, VENUES, now_ms=then.at_ms + 3_600_000 if then.at_ms else None))
    assert asked["◀ −1 h"] == f"redraw {BTC} 7d 20260205T1100"
    assert asked["+1 h ▶"] == f"redraw {BTC} 7d 20260205T1300"
    assert asked["Now"] == f"redraw {BTC} 7d"
    half_an_hour_ago = lines(map_buttons(then, VENUES, now_ms=1_770_292_800_000 + 1_800_000))
    assert "+1 h ▶" not in half_an_hour_ago
    assert "◀ −1 h" in half_an_hour_ago
    assert "◀ −1 h" not in lines(map_buttons(PLAIN, VENUES, now_ms=1_770_292_800_000))


def test_a_map_as_it_was_leads_to_the_zones_of_then_and_to_no_heatmap() -> None:
    then = replace(PLAIN, window="7d", at_ms=1_770_292_800_000)
    asked = lines(map_buttons(then, VENUES))
    assert asked["Zones"] == f"zones {BTC} 20260205T1200"
    assert request_of(asked["Zones"]).picture.moment is not None
    assert "Heatmap" not in asked


def test_a_replays_buttons_say_what_they_do() -> None:
    then = replace(PLAIN, venue="okx", window="7d", at_ms=1_770_292_800_000)
    keyboard = replay_buttons(then, ("okx",))
    assert [[one.text for one in row] for row in keyboard] == [
        ["Map", "Heatmap", "Zones"],
        ["≤10x", "10–25x", "25–50x", ">50x"],
        ["Longs", "Shorts"],
        ["✓ OKX"],
        ["Refresh"],
    ]
    asked = lines(keyboard)
    assert asked["Map"] == f"redraw {BTC} okx"
    assert asked["Longs"] == f"redraw replay {BTC} okx long"
    assert asked["✓ OKX"] == f"redraw replay {BTC}"
    assert asked["Refresh"] == f"again replay {BTC} okx"


def test_a_heatmaps_buttons_say_what_they_do() -> None:
    keyboard = heat_buttons(PLAIN, VENUES)
    assert [[one.text for one in row] for row in keyboard] == [
        ["12h", "✓ 24h", "3d", "7d"],
        ["30d", "90d", "180d", "1y"],
        ["Map", "✓ Heatmap", "Zones", "High+"],
        ["≤10x", "10–25x", "25–50x", ">50x"],
        ["Longs", "Shorts", "Volume", "Average"],
        ["Binance", "OKX", "Bybit"],
        ["Refresh", "🔔 Alert", "Full size"],
    ]
    asked = lines(keyboard)
    assert asked["7d"] == f"redraw heat {BTC} 7d"
    assert asked["Map"] == f"redraw {BTC}"
    assert asked["Volume"] == f"redraw heat {BTC} vol"
    assert asked["Average"] == f"redraw heat {BTC} ma"
    assert asked["Refresh"] == f"again heat {BTC}"
    assert asked["Full size"] == f"heatmap {BTC} full"


def test_a_tier_is_switched_on_and_off_and_none_is_all() -> None:
    def after(asked: PictureLine, text: str) -> PictureLine:
        line = lines(map_buttons(asked, VENUES))[text]
        return replace(asked, selection=request_of(line).selection)

    one = after(PLAIN, "25–50x")
    assert one.selection.leverage == {2}
    two = after(one, "≤10x")
    assert two.selection.leverage == {0, 2}
    assert [text for text in lines(map_buttons(two, VENUES)) if "x" in text] == [
        "✓ ≤10x",
        "10–25x",
        "✓ 25–50x",
        ">50x",
    ]
    assert after(two, "✓ 25–50x").selection.leverage == {0}
    assert after(after(two, "✓ 25–50x"), "✓ ≤10x") == PLAIN
    three = after(after(two, "10–25x"), ">50x")
    assert three == PLAIN


def test_what_is_chosen_is_marked_and_a_second_tap_takes_it_back() -> None:
    asked = PictureLine(
        BTC, "7d", "okx", Selection(side=Side.LONG, band=Band.MEDIUM), Wishes(stack=Stack.VENUE)
    )
    told = lines(map_buttons(asked, ("okx",)))
    assert told["✓ 7d"] == f"redraw {BTC} 7d okx long medium venues"
    assert told["✓ Longs"] == f"redraw {BTC} 7d okx medium venues"
    assert told["✓ Med+"] == f"redraw {BTC} 7d okx long venues"
    assert told["✓ OKX"] == f"redraw {BTC} 7d long medium venues"
    assert told["All open"] == f"redraw {BTC} okx long medium venues"
    assert told["Zones"] == f"zones {BTC} okx long medium"
    assert "By venue" not in told  # there is but one
    assert told["🔔 Alert"] == f"subscribe {BTC} medium"
    by_tier = lines(map_buttons(replace(asked, venue=None), VENUES))["By tier"]
    assert by_tier == f"redraw {BTC} 7d long medium"


@pytest.mark.parametrize(
    ("leverage", "alert"),
    [({2, 3}, "25x+"), ({1, 2, 3}, "10x+"), ({3}, "100x"), ({2}, ""), ({0, 1}, ""), ({0, 1, 2, 3}, "")],
)
def test_an_alert_has_the_leverage_only_from_a_tier_up(leverage: set[int], alert: str) -> None:
    asked = replace(PLAIN, selection=Selection(leverage=frozenset(leverage)))
    line = lines(map_buttons(asked, VENUES))["🔔 Alert"]
    assert line == f"subscribe {BTC} {alert}".strip()
    if alert:
        assert parse_request(line).leverage in (10, 25, 100)


def test_a_picture_of_the_past_leads_to_now() -> None:
    told = lines(map_buttons(replace(PLAIN, at_ms=1_791_158_400_000), VENUES))
    assert told["Now"] == f"redraw {BTC}"
    assert told["7d"] == f"redraw {BTC} 7d 20261005T0000"
    assert "Refresh" not in told


@settings(max_examples=60, deadline=None)
@given(asked_lines)
def test_every_button_fits_and_asks_for_what_it_says(asked: PictureLine) -> None:
    for keyboard in (map_buttons(asked, VENUES, "Z142"), heat_buttons(asked, VENUES, "Z142")):
        assert len(keyboard) <= 7
        for row in keyboard:
            assert 1 <= len(row) <= 4
            assert all(len(one.data.encode()) <= LONGEST_DATA and len(one.text) <= 10 for one in row)
        told = {text.removeprefix("✓ "): line for text, line in lines(keyboard).items()}
        for window in WINDOWS:
            assert request_of(told[window]).window == window
        assert request_of(told["Full size"]).picture.wishes.full
        assert (request_of(told["Longs"]).selection.side is Side.LONG) != (asked.selection.side is Side.LONG)
        for band, name in enumerate(LEVERAGE_BANDS):
            _asks_for_the_tier(asked, told[name], band)


def _asks_for_the_tier(asked: PictureLine, line: str, band: int) -> None:
    before = asked.selection.leverage
    alone = frozenset({band})
    wanted = alone if before == EVERYTHING.leverage else (before ^ alone) or EVERYTHING.leverage
    assert request_of(line).selection.leverage == wanted
