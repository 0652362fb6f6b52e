"""A venue that refuses us is left alone, each time longer, and asked again by itself."""

from __future__ import annotations

import pytest

from bot.market.pause import LONGEST_SECONDS, Pause, retry_after_s
from bot.market.venue import VenueError


class RateLimitExceeded(Exception):
    """Named as ccxt's."""


class Scene:
    def __init__(self) -> None:
        self.now = 1000.0
        self.pause = Pause("okx", lambda: self.now)

    def refused(self, status: int | None = 429, retry_after_s: float | None = None) -> None:
        error = Exception("no")
        error.http_status, error.retry_after_s = status, retry_after_s  # type: ignore[attr-defined]
        self.pause.note(error)

    def lasts(self) -> float:
        """Seconds until the venue may be asked again."""
        begun = self.now
        while self.is_on():
            self.now += 1
        return self.now - begun

    def is_on(self) -> bool:
        try:
            self.pause.check()
        except VenueError:
            return True
        return False


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize(("status", "seconds"), [(429, 15), (418, 120), (403, 60), (451, 600), (503, 10)])
def test_a_refusal_begins_a_pause(scene: Scene, status: int, seconds: int) -> None:
    scene.refused(status)
    assert scene.lasts() == seconds


def test_the_venue_says_how_long(scene: Scene) -> None:
    scene.refused(429, retry_after_s=42)
    assert scene.lasts() == 42


def test_refusals_in_a_row_double_it_up_to_a_limit(scene: Scene) -> None:
    seen = []
    for _ in range(9):
        scene.refused()
        seen.append(scene.lasts())
    assert seen[:4] == [15, 30, 60, 120]
    assert seen[-1] == LONGEST_SECONDS


def test_an_answer_ends_the_row(scene: Scene) -> None:
    scene.refused()
    scene.lasts()
    scene.pause.answered()
    scene.refused()
    assert scene.lasts() == 15


def test_answers_that_were_under_way_count_once(scene: Scene) -> None:
    for _ in range(8):
        scene.refused()
    scene.pause.answered()
    assert scene.lasts() == 15


@pytest.mark.parametrize("status", [400, 404, 500, 502, None])
def test_other_failures_are_no_refusal_of_us(scene: Scene, status: int | None) -> None:
    scene.refused(status)
    assert not scene.is_on()


def test_a_venue_may_say_it_in_its_own_code(scene: Scene) -> None:
    scene.pause.note(RateLimitExceeded())
    assert scene.lasts() == 15


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After": "soon"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_what_headers_ask_for(headers: object, seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds
