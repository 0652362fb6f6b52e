"""How much of a pair's history has been read, in words."""

from dataclasses import replace

from told_maps import NOW_MS, told_map, told_snapshot

from bot.liquidation.absence import ShortHistory
from bot.wording.absence_text import absence_text
from bot.wording.map_text import map_caption
from bot.wording.reach import loading_line, reach_text
from bot.wording.zones_text import zones_text

DAY_MS = 86_400_000


def test_a_caption_says_which_venues_are_still_being_read() -> None:
    loading = {"binance": 0.1, "okx": 0.404, "gate": 0.5}
    caption = map_caption(told_snapshot(replace(told_map(), loading=loading), ()))
    assert (
        "So far from the last days; their history is still being loaded: Binance 10%, OKX 40%.\n" in caption
    )


def test_a_caption_says_nothing_once_all_is_read() -> None:
    assert loading_line(told_map()) == []
    assert "loaded" not in map_caption(told_snapshot(zones=()))


def test_a_window_names_what_is_still_being_read() -> None:
    assert absence_text(ShortHistory(3 * DAY_MS, 0.4)) == "its history is still being loaded (40%)"
    assert absence_text(ShortHistory(3 * DAY_MS)) == "its open interest reaches back 3 d"
    assert reach_text("okx", 3 * DAY_MS, 0.4) == "3 d on OKX (still being loaded, 40%)"


def test_zones_say_so_as_well() -> None:
    text = zones_text(replace(told_map(), loading={"okx": 0.4}), (), now_ms=NOW_MS, tick_size=0.1)
    assert "history is still being loaded: OKX 40%." in text
    assert "still being loaded" not in zones_text(told_map(), (), now_ms=NOW_MS, tick_size=0.1)
