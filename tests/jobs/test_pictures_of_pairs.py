"""Comparisons and evolutions are drawn once for all who ask for the same, and anew for what differs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from PIL import Image
from told_pairs import evolution, two_venues

from bot.jobs.pictures import Pictures
from bot.jobs.workers import Workers
from bot.look import Drawing, Look, Theme


class HereWorkers:
    """Runs what is asked at once, and counts it."""

    def __init__(self) -> None:
        self.ran = 0

    async def run(self, work: Callable[..., bytes], *args: object) -> bytes:
        self.ran += 1
        return work(*args)


async def test_a_comparison_is_drawn_once_until_something_differs() -> None:
    workers = HereWorkers()
    pictures, pair = Pictures(cast(Workers, workers), cast(Workers, None), "@maps_bot"), two_venues()
    first = await pictures.draw_comparison(pair)
    assert Image.open(io.BytesIO(first)).size == (1280, 1024)
    assert await pictures.draw_comparison(pair) == first
    assert workers.ran == 1
    assert await pictures.draw_comparison(pair, Drawing(Look(theme=Theme.LIGHT))) != first
    without = replace(pair, first=replace(pair.first, funding=()))
    assert await pictures.draw_comparison(without) != first
    assert workers.ran == 3


async def test_an_evolution_is_drawn_once_until_something_differs() -> None:
    workers = HereWorkers()
    pictures, found = Pictures(cast(Workers, workers), cast(Workers, None), "@maps_bot"), evolution()
    first = await pictures.draw_evolution(found)
    assert Image.open(io.BytesIO(first)).size == (1280, 1280)
    assert await pictures.draw_evolution(found) == first
    assert workers.ran == 1
    fewer = replace(found, maps=found.maps[1:], not_covered=("24h",))
    assert await pictures.draw_evolution(fewer) != first
