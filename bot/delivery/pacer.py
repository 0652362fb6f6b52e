"""When the next message may go to a chat. Numbers only: nothing here waits or sends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

PRIVATE_SPACING_S = 1.1
PRIVATE_BURST = 3
GROUP_SPACING_S = 3.1  # groups and channels
GROUP_BURST = 4
GROUP_LIMIT = 20  # in any minute
MINUTE_S = 60.0

PER_SECOND = 25.0
BURST = 5
REPLY_RESERVE = 3  # of the burst, which bulk leaves to replies

FLOOD_MEMORY_S = 10.0
FLOODED_CHATS = 3  # that many chats refused within the memory: it is the bot that is too fast, not the chat

ChatKey = int | str


@dataclass
class Spacing:
    """Lets a small burst through and then one each interval."""

    interval: float
    burst: int
    booked_until: float = 0.0

    def delay(self, now: float, reserve: int = 0) -> float:
        return max(0.0, self.booked_until - (self.burst - 1 - reserve) * self.interval - now)

    def take(self, now: float) -> None:
        self.booked_until = max(self.booked_until, now) + self.interval


@dataclass
class ChatPace:
    spacing: Spacing
    limit: int  # a minute
    held_until: float = 0.0
    sent: deque[float] = field(default_factory=deque)

    @classmethod
    def of(cls, chat: ChatKey) -> ChatPace:
        if isinstance(chat, int) and chat > 0:
            return cls(Spacing(PRIVATE_SPACING_S, PRIVATE_BURST), limit=60)
        return cls(Spacing(GROUP_SPACING_S, GROUP_BURST), limit=GROUP_LIMIT)

    def delay(self, now: float) -> float:
        full = len(self.sent) >= self.limit
        minute_over = self.sent[-self.limit] + MINUTE_S - now if full else 0.0
        return max(self.spacing.delay(now), self.held_until - now, minute_over, 0.0)

    def take(self, now: float) -> None:
        self.spacing.take(now)
        self.sent.append(now)
        while self.sent[0] <= now - MINUTE_S:
            self.sent.popleft()

    def forgettable(self, now: float) -> bool:
        """Nothing of its past bears on the next message."""
        quiet = not self.sent or self.sent[-1] <= now - MINUTE_S
        return quiet and self.held_until <= now and self.spacing.booked_until <= now


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
        return self._chats.setdefault(chat, ChatPace.of(chat))

    def _forget(self, chats: Iterable[ChatKey]) -> None:
        for chat in chats:
            del self._chats[chat]
