"""The first line of a caption, which is all that a notification shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_maps import LONGS_ZONE, SHORTS_ZONE, TWO, plain_of, told_map, told_snapshot, zone

from bot.language import Language
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.wording.conclusion import conclusion
from bot.wording.languages.chosen import phrases_of

EN, RU, ZH, ES = Language
INSIDE = zone(Side.SHORT, 97_000.0, 97_500.0, zone_id="Z50")
WEAK = zone(Side.LONG, 96_500.0, 96_800.0, zone_id="Z12", percentile=30.0)


def first_line(shown: Snapshot, language: Language = EN) -> str:
    return plain_of(conclusion(shown, phrases_of(language))).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (EN, "BTC/USDT: dense zones 1.2% below (Z37, longs, ≈$15M) and 1.4% above (Z42, shorts, ≈$35M)"),
        (
            RU,
            "BTC/USDT: плотные зоны на 1,2% ниже (Z37, лонги, ≈$15 млн) "
            "и на 1,4% выше (Z42, шорты, ≈$35 млн)",
        ),
        (
            ZH,
            "BTC/USDT：最近的密集区在下方1.2%（Z37，多单，≈1500万美元）和上方1.4%（Z42，空单，≈3500万美元）",
        ),
        (
            ES,
            "BTC/USDT: zonas densas un 1,2% por debajo (Z37, largos, ≈$15 M) "
            "y un 1,4% por encima (Z42, cortos, ≈$35 M)",
        ),
    ],
)
def test_the_nearest_of_both_sides_the_nearer_first(language: Language, said: str) -> None:
    assert first_line(told_snapshot(), language) == said


def test_distance_is_to_the_near_edge() -> None:
    deep = replace(SHORTS_ZONE, high=110_000.0)
    assert "1.4% above" in first_line(told_snapshot(zones=[deep]))
    deep = replace(LONGS_ZONE, low=80_000.0)
    assert "1.2% below" in first_line(told_snapshot(zones=[deep]))


def test_a_nearer_zone_that_is_not_dense_is_passed_over() -> None:
    assert "Z12" not in first_line(told_snapshot(zones=[*TWO, WEAK]))


def test_one_side_only() -> None:
    said = first_line(told_snapshot(zones=[SHORTS_ZONE]))
    assert said == "BTC/USDT: dense zone 1.4% above (Z42, shorts, ≈$35M), none below"


def test_no_dense_zone_names_the_nearest_with_its_band() -> None:
    said = first_line(told_snapshot(zones=[WEAK, replace(WEAK, id="Z9", low=90_000.0, high=90_100.0)]))
    assert said == "BTC/USDT: no High or Extreme zone; nearest of all is 0.5% below (Z12, longs, Medium)"


def test_price_inside_a_dense_zone() -> None:
    assert first_line(told_snapshot(zones=[INSIDE])).endswith(": price is inside Z50 (shorts, ≈$26M)")
    said = first_line(told_snapshot(zones=[INSIDE, *TWO]))
    assert said.endswith("(shorts, ≈$26M); next dense zone 1.2% below (Z37, longs, ≈$15M)")


def test_nothing_stands_out_nothing_is_open_nobody_answered() -> None:
    assert first_line(told_snapshot(zones=())) == "BTC/USDT: no zone stands out around 97,240"
    assert first_line(told_snapshot(told_map(per_bin=(0, 0)))) == "BTC/USDT: nothing is modelled as open"
    assert first_line(told_snapshot(told_map(venues=()))) == "BTC/USDT: no venue answered"


def test_a_zone_of_which_the_map_shown_holds_nothing_is_not_its_zone() -> None:
    assert "Z37" not in first_line(told_snapshot(told_map(per_bin=(0, 50))))


def test_a_selection_is_named_and_nothing_is_said_of_what_it_hides() -> None:
    only_shorts = told_snapshot().selected(Selection(side=Side.SHORT))
    assert first_line(only_shorts) == "BTC/USDT · only shorts: dense zone 1.4% above (Z42, shorts, ≈$35M)"
    banded = told_snapshot().selected(Selection(band=Band.HIGH))
    assert first_line(banded).startswith("BTC/USDT · zones High–Extreme: dense zones 1.2% below")
    extreme = told_snapshot().selected(Selection(band=Band.EXTREME))
    assert first_line(extreme).startswith("BTC/USDT · zones Extreme: dense zone 1.4% above")


@pytest.mark.parametrize(
    ("places", "words"),
    [({3}, ">50x"), ({0}, "≤10x"), ({1}, "10–25x"), ({1, 2}, "10–50x"), ({2, 3}, ">25x"), ({0, 1}, "≤25x")],
)
def test_leverage_of_a_selection(places: set[int], words: str) -> None:
    shown = told_snapshot(zones=()).selected(Selection(leverage=frozenset(places)))
    assert first_line(shown).startswith(f"BTC/USDT · leverage {words}: ")
    shown = told_snapshot(zones=()).selected(Selection(leverage=frozenset({0, 3})))
    assert first_line(shown).startswith("BTC/USDT · leverage ≤10x + >50x: ")
