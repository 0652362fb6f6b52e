"""When the next message may go to a chat. Numbers only: nothing here waits or sends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ChatKey = int | str  # a number, or a public name


@dataclass(frozen=True)
class Allowance:
    """How much one chat takes: an interval with a small burst, and a cap in any stretch of time."""

    interval_s: float
    burst: int
    cap: int
    stretch_s: float


# A little slower than what Telegram documents, since its clock starts when a message arrives.
PRIVATE = Allowance(interval_s=1.1, burst=3, cap=5, stretch_s=5.5)
GROUP = Allowance(interval_s=3.1, burst=4, cap=20, stretch_s=61.0)  # and channels

PER_SECOND = 25.0
BURST = 4
REPLY_RESERVE = 2  # of the burst, which bulk leaves to replies

FLOOD_MEMORY_S = 10.0
FLOODED_CHATS = 3  # that many chats refused within the memory: it is the bot that is too fast, not the chat


@dataclass
class Spacing:
    """Lets a small burst through and then one each interval."""

    interval_s: float
    burst: int
    booked_until: float = 0.0

    def delay(self, now: float, reserve: int = 0) -> float:
        return max(0.0, self.booked_until - (self.burst - 1 - reserve) * self.interval_s - now)

    def take(self, now: float) -> None:
        self.booked_until = max(self.booked_until, now) + self.interval_s


class ChatPace:
    def __init__(self, chat: ChatKey) -> None:
        private = isinstance(chat, int) and chat > 0
        self._allowance = PRIVATE if private else GROUP
        self._spacing = Spacing(self._allowance.interval_s, self._allowance.burst)
        self._sent: deque[float] = deque(maxlen=self._allowance.cap)
        self.held_until = 0.0

    def delay(self, now: float) -> float:
        return max(self._spacing.delay(now), self.held_until - now, self._cap_delay(now), 0.0)

    def take(self, now: float) -> None:
        self._spacing.take(now)
        self._sent.append(now)

    def forgettable(self, now: float) -> bool:
        """Nothing of its past bears on the next message."""
        last = self._sent[-1] if self._sent else 0.0
        return max(last + self._allowance.stretch_s, self.held_until) <= now

    def _cap_delay(self, now: float) -> float:
        full = len(self._sent) == self._allowance.cap
        return self._sent[0] + self._allowance.stretch_s - now if full else 0.0


class Pacer:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._everybody = Spacing(1 / PER_SECOND, BURST)
        self._held_until = 0.0
        self._chats: dict[ChatKey, ChatPace] = {}
        self._floods: dict[ChatKey, float] = {}

    def delay(self, chat: ChatKey, *, reserve: int = 0) -> float:
        """Seconds until a message may go there, 0 for now; `reserve` of the common burst stays free."""
        now = self._clock()
        pace = self._chats.get(chat)
        own = 0.0 if pace is None else pace.delay(now)
        return max(own, self._everybody.delay(now, reserve), self._held_until - now)

    def take(self, chat: ChatKey) -> None:
        now = self._clock()
        self._everybody.take(now)
        self._pace(chat).take(now)

    def flooded(self, chat: ChatKey, seconds: float) -> None:
        """Telegram refused: the chat waits, and everybody does if it refuses one chat after another."""
        now = self._clock()
        pace = self._pace(chat)
        pace.held_until = max(pace.held_until, now + seconds)
        self._floods = {key: at for key, at in self._floods.items() if at > now - FLOOD_MEMORY_S}
        self._floods[chat] = now
        if len(self._floods) >= FLOODED_CHATS:
            self._held_until = max(self._held_until, now + seconds)

    def resting(self) -> dict[int, float]:
        """Chats that have to wait, and how many seconds."""
        now = self._clock()
        self._forget(key for key, pace in tuple(self._chats.items()) if pace.forgettable(now))
        waits = {chat: pace.delay(now) for chat, pace in self._chats.items() if isinstance(chat, int)}
        return {chat: delay for chat, delay in waits.items() if delay > 0}

    def _pace(self, chat: ChatKey) -> ChatPace:
        return self._chats.setdefault(chat, ChatPace(chat))

    def _forget(self, chats: Iterable[ChatKey]) -> None:
        for chat in chats:
            del self._chats[chat]
