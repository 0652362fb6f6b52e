"""The last day of a pair's map, moment by moment."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.past_map import PastProfile
from bot.liquidation.snapshot import Snapshot


@dataclass(frozen=True)
class Replay:
    shown: Snapshot  # at the end, with nothing but the venues that the moments are of
    moments: tuple[PastProfile, ...]  # oldest first, at least one
