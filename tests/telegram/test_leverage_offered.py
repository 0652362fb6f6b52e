"""Leverage that no venue offers is refused, with what works."""

from __future__ import annotations

import pytest

from bot.telegram.reading import read
from bot.wording.buttons import line_of
from bot.wording.refusal import Refusal


@pytest.mark.parametrize("words", ["500x", "x500", "151x", "10-500x", "\u2265200x", "25,300x", "200x+"])
@pytest.mark.parametrize("command", ["map", "heatmap", "zones"])
def test_a_picture_of_it_is_refused(command: str, words: str) -> None:
    with pytest.raises(Refusal, match=r"No venue offers .*; 150x is the most") as refused:
        read(f"/{command} btc 7d {words}")
    lines = [line_of(key.data) for row in refused.value.keyboard for key in row]
    assert lines == [f"{command} btc 7d {offered}" for offered in ("10x", "25x", "50x", "100x")]
    for line in lines:
        assert line is not None
        assert read(line).picture.leverage is not None


def test_an_alert_of_it_is_refused() -> None:
    with pytest.raises(Refusal, match="No venue offers 500x") as refused:
        read("/subscribe btc 500x 2%")
    (row,) = refused.value.keyboard
    assert line_of(row[0].data) == "subscribe btc 2% 10x+"


@pytest.mark.parametrize("words", ["150x", "100x+", "25-150x"])
def test_what_a_venue_offers_is_read(words: str) -> None:
    assert read(f"/map btc {words}").picture.leverage is not None
