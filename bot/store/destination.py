"""Where a message goes: a chat, and a topic of it where it has topics."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Destination:
    chat_id: int
    thread_id: int = 0  # 0 where there is no topic
