"""ccxt takes seconds to import, so nothing may do that before a venue is really used."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = (
    "exchanges",
    "ccxt_venue",
    "binance",
    "okx",
    "bybit",
    "recorded",
    "clock",
    "symbols",
    "venue_errors",
)


@pytest.mark.parametrize("statement", ["", "from bot.market.exchanges import open_venue; open_venue('okx')"])
def test_importing_the_market_room_does_not_import_ccxt(statement: str) -> None:
    imports = "; ".join(f"import bot.market.{name}" for name in MODULES)
    check = "import sys; sys.exit('ccxt' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}\n{statement}\n{check}"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
