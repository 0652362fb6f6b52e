"""Makes `stored/inventory-N.bin` and `stored/map-N.npz`, N being the version in use.

Run it before the version is raised (CONTRIBUTING.md says how) and keep the files of older versions: they are
what a bot that is upgraded finds in its database.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from invented_candles import contract, walk
from invented_feeds import heard, marked

from bot.liquidation.inventory import VERSION, Inventory

STORED = Path(__file__).parent / "stored"


def sample() -> Inventory:
    """It has learned, knows marks and sees through noise; small enough to be kept for good."""
    history = marked(heard(walk(150, 3, volatility=0.0005, interest_every=1), 3), 3)
    noise = np.random.default_rng(3).normal(0, 0.005, len(history))
    inventory = Inventory.empty(contract())
    inventory.advance(replace(history, open_interest_base=history.open_interest_base * np.exp(noise)))
    return inventory


def write(inventory: Inventory) -> None:
    beliefs = inventory.beliefs()
    (STORED / f"inventory-{VERSION}.bin").write_bytes(inventory.to_bytes())
    np.savez_compressed(
        STORED / f"map-{VERSION}.npz",
        mass=inventory.read_out().mass,
        price=inventory.last_close,
        as_of_ms=inventory.as_of_ms,
        open_interest_base=inventory.open_interest_base,
        learned_base=beliefs.learned_base,
        slow_share=beliefs.slow_share,
    )


if __name__ == "__main__":
    write(sample())
