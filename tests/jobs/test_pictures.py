"""A picture is drawn once for all who ask for it, and no memory is filled with pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from bot.jobs.pictures import Pictures


class Painters:
    """Renders here; waits for `go` if it is there."""

    def __init__(self) -> None:
        self.rendered: list[tuple[Any, ...]] = []
        self.go: asyncio.Event | None = None

    async def run(self, render: Callable[..., bytes], *args: object) -> bytes:
        self.rendered.append(args)
        if self.go is not None:
            await self.go.wait()
        return render(*args)


@pytest.fixture
def painters() -> Painters:
    return Painters()


@pytest.fixture
def drawn(painters: Painters) -> Pictures:
    return Pictures(cast(Any, painters), cast(Any, None))


def picture(name: str) -> bytes:
    if name == "broken":
        raise ValueError(name)
    return name.encode()


async def test_who_asks_meanwhile_or_afterwards_shares_it(drawn: Pictures, painters: Painters) -> None:
    painters.go = asyncio.Event()
    first, second = (asyncio.create_task(drawn.once("a", picture, "a")) for _ in range(2))
    await asyncio.sleep(0)
    painters.go.set()
    assert await first == await second == await drawn.once("a", picture, "a") == b"a"
    assert await drawn.once("b", picture, "b") == b"b"
    assert painters.rendered == [("a",), ("b",)]


async def test_who_goes_away_takes_nothing_from_the_others(drawn: Pictures, painters: Painters) -> None:
    painters.go = asyncio.Event()
    first, second = (asyncio.create_task(drawn.once("a", picture, "a")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    painters.go.set()
    assert await second == b"a"
    assert len(painters.rendered) == 1


async def test_what_failed_is_tried_again(drawn: Pictures, painters: Painters) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            await drawn.once("x", picture, "broken")
    assert len(painters.rendered) == 2


async def test_the_oldest_go_where_there_are_too_many_bytes(drawn: Pictures, painters: Painters) -> None:
    drawn._drawn.room = 10
    for name in ("aaaa", "bbbb", "cccc", "bbbb", "aaaa"):
        await drawn.once(name, picture, name)
    assert [args[0] for args in painters.rendered] == ["aaaa", "bbbb", "cccc", "aaaa"]
