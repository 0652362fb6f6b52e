"""What is known around a map besides the map."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.landmarks import Landmark
from bot.liquidation.surroundings import Surroundings


@dataclass(frozen=True)
class Crosschecks:
    surroundings: tuple[Surroundings, ...] = ()  # of the venues that said something in time
    landmarks: tuple[Landmark, ...] = ()
