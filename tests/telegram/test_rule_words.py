"""What is typed of a subscription's rules, in several spellings and languages."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.zone import Band
from bot.rules.kinds import Kind, Loudness
from bot.rules.presets import DAY, SCALPER, SWING
from bot.rules.rule_set import Reach
from bot.telegram.leverage_words import LEVERAGE_EDGES, leverage_band_of, lies_inside_a_band
from bot.telegram.problem import ProblemKind
from bot.telegram.rule_request import rules_from
from bot.telegram.words import Request, parse_request
from bot.wording.rules_text import MORE_THAN

LOW, MEDIUM, HIGH, EXTREME = Band


def asked(words: str) -> Request:
    request = parse_request(f"/subscribe btc {words}")
    assert request.symbols == ("btc",), request
    return request


@pytest.mark.parametrize(
    ("words", "preset"),
    [
        ("scalper", "scalper"),
        ("Scalping", "scalper"),
        ("скальпер", "scalper"),
        ("短线", "scalper"),
        ("day", "day"),
        ("intraday", "day"),
        ("день", "day"),
        ("día", "day"),
        ("swing", "swing"),
        ("свинг", "swing"),
        ("波段", "swing"),
    ],
)
def test_a_preset_has_many_names(words: str, preset: str) -> None:
    request = asked(words)
    assert (request.preset, request.problems) == (preset, ())


@pytest.mark.parametrize(
    ("words", "atr"),
    [
        ("1.5 atr", 1.5),
        ("1.5atr", 1.5),
        ("1,5 ATR", 1.5),
        ("1.5 x atr", 1.5),
        ("1.5×ATR", 1.5),
        ("2 атр", 2.0),
        ("atr 2", 2.0),
        ("within 3 atr", 3.0),
    ],
)
def test_a_distance_may_be_in_hourly_ranges(words: str, atr: float) -> None:
    request = asked(words)
    assert (request.atr, request.distance, request.problems) == (atr, None, ())


@pytest.mark.parametrize(
    ("words", "bands"),
    [
        ("high", (HIGH, EXTREME)),
        ("high+", (HIGH, EXTREME)),
        ("low and up", (LOW, EXTREME)),
        ("high-extreme", (HIGH, EXTREME)),
        ("medium-high", (MEDIUM, HIGH)),
        ("high–medium", (MEDIUM, HIGH)),
        ("medium to high", (MEDIUM, HIGH)),
        ("from low to medium", (LOW, MEDIUM)),
        ("medium - high", (MEDIUM, HIGH)),
        ("only high", (HIGH, HIGH)),
        ("medium only", (MEDIUM, MEDIUM)),
        ("от средней до высокой", (MEDIUM, HIGH)),
        ("от высокой", (HIGH, EXTREME)),
        ("средней до высокой", (MEDIUM, HIGH)),
        ("media a alta", (MEDIUM, HIGH)),
        ("中至高", None),
        ("中 至 高", (MEDIUM, HIGH)),
    ],
)
def test_bands_may_be_a_range(words: str, bands: tuple[Band, Band] | None) -> None:
    if bands is None:
        assert parse_request(f"/subscribe btc {words}").band is None
        return
    request = asked(words)
    assert ((request.band, request.top_band), request.problems) == (bands, ())


@pytest.mark.parametrize(
    ("words", "leverage"),
    [
        ("25x+", 25),
        ("25x", 25),
        ("x25", 25),
        ("≥20x", 20),
        (">=50x", 50),
        ("25х", 25),
        ("25倍", 25),
        ("from 10x", 10),
    ],
)
def test_leverage_is_a_number_with_an_x(words: str, leverage: int) -> None:
    request = asked(words)
    assert (request.leverage, request.problems) == (leverage, ())


@pytest.mark.parametrize(
    ("words", "per_day"),
    [
        ("3 a day", 3),
        ("3/day", 3),
        ("3 per day", 3),
        ("at most 3 alerts a day", 3),
        ("max 12 a day", 12),
        ("3 раза в день", 3),
        ("не более 3 в день", 3),
        ("3 al día", 3),
        ("3 veces por día", 3),
        ("每天3次", 3),
        ("每天最多5次", 5),
    ],
)
def test_a_daily_budget_is_no_preset(words: str, per_day: int) -> None:
    request = asked(words)
    assert (request.per_day, request.preset, request.distance, request.problems) == (per_day, None, None, ())


def test_everything_fits_in_one_line_in_any_order() -> None:
    request = asked("swing 3 a day 25x+ medium to high 2%")
    assert request == parse_request("/subscribe 2% medium-high swing btc 3/day x25")
    assert (request.preset, request.per_day, request.leverage, request.distance) == ("swing", 3, 25, 0.02)
    assert (request.band, request.top_band) == (MEDIUM, HIGH)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("scalper swing", ProblemKind.TWO_PRESETS),
        ("2% 1.5 atr", ProblemKind.TWO_DISTANCES),
        ("1 atr 2 atr", ProblemKind.TWO_DISTANCES),
        ("low high", ProblemKind.TWO_BANDS),
        ("10x 25x", ProblemKind.TWO_LEVERAGES),
        ("3 a day 5 a day", ProblemKind.TWO_BUDGETS),
        ("50 atr", ProblemKind.DISTANCE_OUT_OF_RANGE),
        ("0.01 atr", ProblemKind.DISTANCE_OUT_OF_RANGE),
        ("0 a day", ProblemKind.BUDGET_OUT_OF_RANGE),
        ("1000 a day", ProblemKind.BUDGET_OUT_OF_RANGE),
    ],
)
def test_what_contradicts_itself_is_a_problem(words: str, kind: ProblemKind) -> None:
    assert [problem.kind for problem in asked(words).problems] == [kind]


def test_elsewhere_these_words_are_what_they_were() -> None:
    assert parse_request("/map btc day").window == "24h"
    assert parse_request("/gradient 25x").symbols == ("25x",)
    assert parse_request("/subscribe day").symbols == ("day",)
    assert parse_request("/subscribe swing").preset is None


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("", DAY),
        ("scalper", SCALPER),
        ("swing 2%", replace(SWING, reach=Reach(percent=0.02))),
        ("1.5 atr", DAY),
        ("2 atr low", replace(DAY, reach=Reach(atr=2.0), band=LOW)),
        ("medium-high", replace(DAY, band=MEDIUM, top_band=HIGH)),
        ("25x+", replace(DAY, leverage_band=2)),
        ("3 a day", replace(DAY, budget=3)),
    ],
)
def test_a_line_makes_rules(words: str, rules: object) -> None:
    assert rules_from(asked(words), DAY) == rules


def test_what_is_not_named_stays_as_it_was() -> None:
    known = replace(
        SWING, reach=Reach(percent=0.03), leverage_band=1, least_percentile=85.0, budget=2
    ).with_loudness({Kind.GAP: Loudness.ON})
    assert rules_from(asked("extreme"), known) == replace(known, band=EXTREME)
    assert rules_from(asked("medium-high"), known) == replace(known, band=MEDIUM, top_band=HIGH)
    again = rules_from(asked("high"), replace(known, band=MEDIUM, top_band=MEDIUM))
    assert (again.band, again.top_band) == (HIGH, EXTREME)


def test_a_preset_brings_its_numbers_and_leaves_the_loudness() -> None:
    known = replace(SWING, least_percentile=85.0).with_loudness({Kind.GAP: Loudness.ON})
    assert rules_from(asked("scalper"), known) == replace(SCALPER, loudness=known.loudness)


@pytest.mark.parametrize(
    ("leverage", "band", "inside"),
    [
        (1, "≤10x", False),
        (9, "≤10x", False),
        (10, "10–25x", False),
        (20, "10–25x", True),
        (25, "25–50x", False),
        (30, "25–50x", True),
        (50, ">50x", False),
        (100, ">50x", True),
    ],
)
def test_leverage_counts_from_the_band_it_is_in(leverage: int, band: str, inside: bool) -> None:
    assert LEVERAGE_BANDS[leverage_band_of(leverage)] == band
    assert lies_inside_a_band(leverage) is inside


def test_the_edges_are_those_of_the_bands() -> None:
    assert (0, *LEVERAGE_EDGES) == MORE_THAN
    assert [f"{low}–{high}x" for low, high in pairwise(LEVERAGE_EDGES)] == list(LEVERAGE_BANDS[1:-1])
    assert (LEVERAGE_BANDS[0], LEVERAGE_BANDS[-1]) == (f"≤{LEVERAGE_EDGES[0]}x", f">{LEVERAGE_EDGES[-1]}x")
