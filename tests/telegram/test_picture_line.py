"""A picture asked for again: what buttons carry means the same when it is typed."""

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
from bot.look import MOST_CONTRAST, Overlay, PaletteName, Stack, Theme, Wishes
from bot.telegram.problem import ProblemKind
from bot.telegram.reading import line_for, read
from bot.telegram.words import parse_request
from bot.wording.buttons import line_of
from bot.wording.picture_line import PictureLine
from bot.wording.refusal import Refusal

BTC = "BTC/USDT:USDT"
NOW = 1_791_158_400_000
DAY_HOURS = ["map btc 50x yesterday 00:00", "map btc 50x yesterday 06:00"]
BANDS = [(low, top) for low in Band for top in Band if low <= top]

selections = st.builds(
    lambda leverage, side, bands: Selection(leverage, side, *bands),
    st.frozensets(st.sampled_from(range(len(LEVERAGE_BANDS))), min_size=1),
    st.sampled_from([None, *Side]),
    st.sampled_from(BANDS),
)
wishes = st.builds(
    Wishes,
    palette=st.sampled_from([None, *PaletteName]),
    theme=st.sampled_from([None, *Theme]),
    stack=st.sampled_from([None, Stack.VENUE]),
    overlays=st.frozensets(st.sampled_from(list(Overlay))),
    contrast=st.sampled_from([None, *range(1, MOST_CONTRAST + 1)]),
    full=st.booleans(),
)
lines = st.builds(
    PictureLine,
    symbol=st.sampled_from([BTC, "1000PEPE/USDT:USDT", "BTC/USD:BTC-261225"]),
    window=st.sampled_from([ALL, *WINDOWS]),
    venue=st.sampled_from([None, "okx", "binance"]),
    selection=selections,
    wishes=wishes,
    at_ms=st.sampled_from([None, NOW, NOW - 86_400_000 * 300]),
)


@settings(max_examples=60, deadline=None)
@given(lines)
def test_what_a_button_carries_is_what_typing_it_means(asked: PictureLine) -> None:
    request = parse_request(asked.fitted("map", 1000))
    assert request.problems == ()
    moment = request.picture.moment
    again = PictureLine(
        request.symbols[0],
        request.window or ALL,
        request.venue,
        request.selection,
        request.picture.wishes,
        None if moment is None else moment.ms(NOW),
    )
    assert again == asked


@settings(max_examples=60, deadline=None)
@given(lines, st.sampled_from(["full", "", "7d", "long"]))
def test_a_line_is_shortened_from_its_end_and_keeps_what_it_is_for(asked: PictureLine, keep: str) -> None:
    whole = asked.fitted("redraw heat", 1000).split()
    short = asked.fitted("redraw heat", 62, keep).split()
    assert len(" ".join(short)) <= 62
    assert short[:3] == whole[:3]
    rest = [word for word in short if word != keep]
    assert rest == [word for word in whole if word != keep][: len(rest)]
    assert (keep in short) == (keep in whole)


def test_the_look_goes_first_and_the_window_last() -> None:
    asked = PictureLine(
        "1000000MOG/USDT:USDT",
        "180d",
        "binance",
        Selection(frozenset({2}), Side.LONG, Band.HIGH),
        Wishes(PaletteName.EXCHANGE, Theme.LIGHT, Stack.VENUE),
    )
    assert asked.fitted("redraw", 62) == "redraw 1000000MOG/USDT:USDT 180d binance 50x long high venues"
    assert asked.fitted("redraw", 45) == "redraw 1000000MOG/USDT:USDT 180d binance 50x"
    assert asked.fitted("redraw", 45, "light") == "redraw 1000000MOG/USDT:USDT 180d light"


@pytest.mark.parametrize(
    "words",
    [
        "50x longs light",
        "7d okx 20x+ by venue",
        "24h medium-high only",
        "at 12:00 10x 100x",
        "yesterday 12:00 shorts",
        "6h ago volume ma contrast 4 full",
        "colour blind dark",
        "5 feb 2026 12:00",
    ],
)
@pytest.mark.parametrize("command", ["map", "heatmap"])
def test_the_same_about_another_symbol_keeps_every_word(command: str, words: str) -> None:
    asked = parse_request(f"/{command} btcc {words}")
    assert asked.problems == ()
    again = parse_request(line_for(asked, BTC))
    assert again == replace(asked, symbols=(BTC,))
    assert again.selection == EVERYTHING or again.selection == asked.selection


@pytest.mark.parametrize(
    ("line", "sentence", "carried"),
    [
        ("/map btc longs shorts 50x", "One side at a time", ["map btc 50x longs", "map btc 50x shorts"]),
        ("/map btc light dark 7d", "One theme", ["map btc 7d light", "map btc 7d dark"]),
        ("/map btc 7d 30d longs", "One window", ["map btc long 7d", "map btc long 30d"]),
        ("/map btc eth 50x", "One symbol", ["map btc 50x", "map eth 50x"]),
        (
            "/map btc yesterday 50x",
            "Which time",
            DAY_HOURS,
        ),
        ("/heatmap btc c9", "from 1 ", ["heatmap btc contrast 1", "heatmap btc contrast 2"]),
        ("/map btc 25:00", "no time that I can go back to", []),
    ],
)
def test_what_cannot_be_followed_is_asked_back(line: str, sentence: str, carried: list[str]) -> None:
    with pytest.raises(Refusal, match=sentence) as refused:
        read(line)
    lines = [line_of(key.data) for row in refused.value.keyboard for key in row]
    assert lines[:2] == carried


def test_two_contrasts_are_one_too_many() -> None:
    kinds = [problem.kind for problem in parse_request("/heatmap btc c1 c2").problems]
    assert kinds == [ProblemKind.TWO_CONTRASTS]
