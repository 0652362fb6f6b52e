"""Work that several ask for is done once: who asks meanwhile shares it, who asks soon after gets it again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


def _one(_: object) -> int:
    return 1


@dataclass
class Once(Generic[Key, Answer]):
    """Keeps the answers asked for last, always the newest; work that failed is done anew."""

    room: int  # for the sizes of what is kept
    size: Callable[[Answer], int] = _one
    _kept: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    _under_way: dict[Key, asyncio.Task[Answer]] = field(default_factory=dict)

    async def of(self, key: Key, work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """What `work` answers; raises what it raised."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._done(key, work()))
        return await asyncio.shield(task)

    async def _done(self, key: Key, working: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            answer = await working
        finally:
            del self._under_way[key]
        self._kept[key] = answer
        while len(self._kept) > 1 and sum(map(self.size, self._kept.values())) > self.room:
            self._kept.popitem(last=False)
        return answer
