"""What every command has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.database import Database
from bot.telegram.authority import Membership
from bot.telegram.ports import Market


@dataclass(frozen=True)
class Room:
    market: Market
    database: Database
    members: Membership
    username: str
    started_ms: int  # wall time
