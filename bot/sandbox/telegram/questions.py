"""Taps and inline queries wait for the bot's answer, and grow old."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from time import monotonic

from bot.sandbox.telegram.wire import Json, bad_request

OLDEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    asked_at: float
    answer: "asyncio.Future[Json]"


class Questions:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._open: dict[str, Question] = {}
        self._ids = count(4_000_000_000_000_001)

    def ask(self) -> Question:
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        question = Question(str(next(self._ids)), self._clock(), future)
        self._open[question.id] = question
        return question

    def answer(self, question_id: str, answer: Json) -> None:
        """Each question takes one answer, in time."""
        question = self._open.pop(question_id, None)
        if question is None or self._clock() - question.asked_at > OLDEST_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if not question.answer.done():
            question.answer.set_result(answer)

    async def wait(self, question: Question, seconds: float) -> Json | None:
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(question.answer), seconds)
        return None
