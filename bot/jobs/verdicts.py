"""What live scores make alerts say of their own kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.jobs.scores import Scores
from bot.rules.kinds import Kind
from bot.wording.score_text import verdict_note


@dataclass
class Verdicts:
    """Of all chats and pairs together, kept in memory: an alert waits for no score."""

    scores: Scores
    now_ms: Callable[[], int]
    _notes: dict[Kind, str] = field(default_factory=dict)

    async def tick(self) -> None:
        every = await self.scores.everywhere(self.now_ms())
        self._notes = {one.kind: verdict_note(one.kind, one.score) for one in every}

    def note_of(self, kind: Kind) -> str:
        """Empty where the kind is better than its null, or too few alerts of it were graded."""
        return self._notes.get(kind, "")
