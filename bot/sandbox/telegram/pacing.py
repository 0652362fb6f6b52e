"""How fast Telegram lets a bot talk, by the clock on the wall."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from bot.sandbox.telegram.chat import Chat
from bot.sandbox.telegram.wire import too_many_requests


@dataclass(frozen=True, slots=True)
class Limit:
    messages: int
    seconds: float


OVERALL = Limit(30, 1.0)
GROUP = Limit(20, 60.0)
# One a second on the long run, and a short burst that is forgiven.
PRIVATE = Limit(5, 5.0)


class Pacing:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()

    def admit(self, chat: Chat, messages: int = 1) -> None:
        """Counts the messages, or refuses them all and counts none."""
        now = self._clock()
        limit = PRIVATE if chat.is_private else GROUP
        wait = max(
            _wait(self._sent[chat.id], limit, messages, now),
            _wait(self._overall, OVERALL, messages, now),
        )
        if wait > 0:
            raise too_many_requests(max(1, ceil(wait)))
        self._sent[chat.id].extend([now] * messages)
        self._overall.extend([now] * messages)


def _wait(sent: deque[float], limit: Limit, messages: int, now: float) -> float:
    while sent and sent[0] <= now - limit.seconds:
        sent.popleft()
    excess = len(sent) + messages - limit.messages
    if excess <= 0 or not sent:
        return 0.0
    return sent[min(excess, len(sent)) - 1] + limit.seconds - now
