"""A replay: what is drawn, that nothing jumps, and that it is small, whole and the same every time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from made_days import NOW_MS, day, snapshot
from PIL import Image

from bot.charts.bar_map.frame import Frame
from bot.charts.lettering import Label
from bot.charts.palette import palette_of
from bot.charts.replay.drawn import MomentDrawn, ReplayDrawn, replay_drawn
from bot.charts.replay.picture import (
    BOTTOM,
    FRAME_MS,
    LAST_MS,
    LEFT,
    RIGHT,
    TOP,
    _moving_labels,
    render_replay,
    still_scene,
)
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS
from bot.liquidation.past_map import PastProfile
from bot.liquidation.replay import Replay
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.look import Look, PaletteName, Theme

LOOK = Look()


def drawn(past: Sequence[PastProfile] | None = None) -> ReplayDrawn:
    shown = day() if past is None else past
    return replay_drawn(Replay(snapshot(shown), tuple(shown)), "@liqmap_bot")


def frames(gif: bytes) -> list[Image.Image]:
    found = Image.open(io.BytesIO(gif))
    pictures = []
    for at in range(getattr(found, "n_frames", 1)):
        found.seek(at)
        pictures.append(found.convert("RGB"))
    return pictures


def test_bars_add_up_to_the_map_of_each_moment() -> None:
    past = day()
    replay = drawn(past)
    edges = np.log(np.array(replay.edges))
    for one, told in zip(replay.moments, past, strict=True):
        assert (one.stamp_ms, one.price) == (told.stamp_ms, told.price)
        reach = {Side.LONG: np.log(one.price) - edges[0], Side.SHORT: edges[-1] - np.log(one.price)}
        for side in Side:
            cumulative = np.concatenate([[0.0], np.cumsum(told.profile[side])])
            grid = np.arange(DISTANCE_BINS + 1) * DISTANCE_BIN
            expected = np.interp(reach[side], grid, cumulative)
            assert sum(one.half(side)) == pytest.approx(expected, rel=1e-6)


def test_every_price_of_the_day_and_all_around_it_is_in_sight() -> None:
    replay = drawn()
    prices = [one.price for one in replay.moments]
    assert replay.edges[0] < 0.97 * min(prices)
    assert replay.edges[-1] > 1.03 * max(prices)
    assert 40 <= len(replay.edges) - 1 <= 111


def test_what_price_went_through_is_gone_from_then_on() -> None:
    replay = drawn(day(9))
    hill = next(at for at, high in enumerate(replay.edges[1:]) if high > 60_000 * 1.01)
    before, after = replay.moments[0].shorts[hill], replay.moments[-1].shorts[hill]
    assert before > 0
    assert after == 0


def test_the_tallest_bar_of_the_day_is_100_in_every_frame() -> None:
    replay = drawn()
    tallest = max(max(one.longs + one.shorts) for one in replay.moments)
    assert replay.ceiling <= tallest
    assert replay.ceiling > 0.3 * tallest


def test_it_is_800_by_640_and_its_last_frame_stays() -> None:
    gif = render_replay(drawn(), LOOK)
    picture = Image.open(io.BytesIO(gif))
    assert (picture.format, picture.size) == ("GIF", (800, 640))
    assert picture.info["loop"] == 0
    durations = []
    for at in range(7):
        picture.seek(at)
        durations.append(picture.info["duration"])
    assert durations == [FRAME_MS] * 6 + [LAST_MS]


@pytest.mark.parametrize("look", [LOOK, Look(PaletteName.COLOUR_BLIND, Theme.LIGHT)])
def test_the_same_numbers_give_the_same_bytes(look: Look) -> None:
    assert render_replay(drawn(), look) == render_replay(drawn(), look)


def test_a_whole_day_is_small() -> None:
    assert len(render_replay(drawn(day(49)), LOOK)) < 1_500_000


def test_only_the_market_moves() -> None:
    """Axis, legend and imprint are the same pixels in every frame, bars and clock are not."""
    pictures = [np.asarray(one) for one in frames(render_replay(drawn(), LOOK))]
    below = round((BOTTOM + 4) * 0.625)
    for one in pictures[1:]:
        np.testing.assert_array_equal(one[below:], pictures[0][below:])
        assert not np.array_equal(one[60:90], pictures[0][60:90])  # the clock
        assert not np.array_equal(one[round(TOP * 0.625) : below], pictures[0][round(TOP * 0.625) : below])


def test_bars_have_the_colours_of_their_sides_and_stand_on_their_side_of_price() -> None:
    replay = drawn()
    palette = palette_of(LOOK)
    picture = np.asarray(frames(render_replay(replay, LOOK))[-1]).astype(int)
    frame = Frame(LEFT, TOP, RIGHT, BOTTOM, replay.edges[0], replay.edges[-1])
    row = picture[round(BOTTOM * 0.625) - 3]
    price_at = frame.x_of(replay.moments[-1].price) * 0.625
    for side in Side:
        colour = np.array([int(palette.side(side)[at : at + 2], 16) for at in (1, 3, 5)])
        where = np.flatnonzero(np.abs(row - colour).sum(axis=1) < 40)
        assert len(where) > 60
        assert (where <= price_at + 2).all() if side is Side.LONG else (where >= price_at - 2).all()


def test_it_says_what_it_is_without_its_caption() -> None:
    replay = drawn()
    frame = Frame(LEFT, TOP, RIGHT, BOTTOM, replay.edges[0], replay.edges[-1])
    scene = still_scene(replay, frame, palette_of(LOOK))
    said = " | ".join(label.text for label in scene.labels)
    for words in (
        "BTC/USDT", "liquidation map", "replay of 3 h", "LONGS if price FALLS", "SHORTS if price RISES",
        "Binance", "OKX", "ESTIMATE · relative intensity", "@liqmap_bot", "candles 1 min old",
        "grey: at the beginning", "% from the last close", "| 0% |",
    ):  # fmt: skip
        assert words in said
    assert all(label.box.inside(scene.canvas) for label in scene.labels)
    boxes = [label.box for label in scene.labels]
    assert not any(one.overlaps(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])


def ages(replay: ReplayDrawn) -> Label:
    frame = Frame(LEFT, TOP, RIGHT, BOTTOM, replay.edges[0], replay.edges[-1])
    scene = still_scene(replay, frame, palette_of(LOOK))
    assert all(label.box.inside(scene.canvas) for label in scene.labels)
    return next(label for label in scene.labels if "candles" in label.text)


def test_old_data_stands_on_a_plate_and_late_venues_are_named() -> None:
    past, warning = day(), palette_of(LOOK).warning
    shown = snapshot(past)
    assert ages(drawn(past)).plate is None
    stale = ages(replay_drawn(Replay(replace(shown, now_ms=NOW_MS + 14 * 60_000), tuple(past))))
    assert stale.plate == warning
    assert "candles 15 min old, OI 15 min (Binance)" in stale.text
    late = replace(shown, found=replace(shown.found, late=frozenset({"okx"})))
    told = ages(replay_drawn(Replay(late, tuple(past))))
    assert told.plate == warning
    assert told.text.endswith("OI 1 min (Binance) · late: OKX")


@pytest.mark.parametrize("price", [1.2345e-6, 60_000.0, 123_456.7])
def test_the_price_of_a_moment_is_a_close_and_stands_beside_the_clock(price: float) -> None:
    past = day(3, price)
    replay = replay_drawn(Replay(replace(snapshot(past), tick_size=price * 1e-6), tuple(past)))
    for one in replay.moments:
        clock, _, close = _moving_labels(replay, one, 600.0, palette_of(LOOK))
        assert close.text.endswith(" (close)")
        assert clock.box.right + 20 < close.box.left


def test_a_selection_is_named() -> None:
    past = day()
    replay = replay_drawn(Replay(snapshot(past, Selection(side=Side.SHORT)), tuple(past)))
    frame = Frame(LEFT, TOP, RIGHT, BOTTOM, replay.edges[0], replay.edges[-1])
    assert "only shorts" in still_scene(replay, frame, palette_of(LOOK)).labels[0].text


@pytest.mark.parametrize("price", [1e-6, 100_000.0])
def test_tiny_and_large_prices_are_drawn(price: float) -> None:
    past = day(3, price)
    shown = replace(snapshot(past), tick_size=price * 1e-5)
    assert len(frames(render_replay(replay_drawn(Replay(shown, tuple(past))), LOOK))) == 3


def test_a_day_without_anything_open_is_drawn_empty() -> None:
    past = [replace(one, profile=np.zeros((2, DISTANCE_BINS))) for one in day(3)]
    replay = drawn(past)
    assert replay.ceiling == 0
    assert len(frames(render_replay(replay, LOOK))) == 3


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"moments": ()}, "it has no moments"),
        ({"edges": (2.0, 1.0)}, "its price bins do not ascend"),
        ({"moments": (MomentDrawn(1, 5.0, (0.0,), (0.0,)),)}, "a price is outside the bins"),
        ({"moments": (MomentDrawn(1, 1.5, (0.0, 0.0), (0.0,)),)}, "it has not a bar for every bin"),
        ({"moments": (MomentDrawn(1, 1.5, (0.0,), ()),)}, "it has not a bar for every bin"),
        (
            {"moments": (MomentDrawn(2, 1.5, (0.0,), (0.0,)), MomentDrawn(1, 1.5, (0.0,), (0.0,)))},
            "its moments do not follow each other",
        ),
    ],
)
def test_numbers_that_are_no_replay_are_refused(wrong: dict[str, object], why: str) -> None:
    good = replace(drawn(), edges=(1.0, 2.0), moments=(MomentDrawn(1, 1.5, (0.0,), (0.0,)),))
    with pytest.raises(ValueError, match=f"^{why}$"):
        replace(good, **wrong)  # type: ignore[arg-type]
