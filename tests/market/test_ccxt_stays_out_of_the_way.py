"""ccxt takes seconds to import, so nothing may do that before a venue is really used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = (
    "exchanges",
    "ccxt_venue",
    "binance",
    "okx",
    "bybit",
    "gate",
    "recorded",
    "clock",
    "symbols",
    "venue_errors",
)
PURE_ROOMS = ("liquidation", "rules", "wording", "charts", "store", "delivery", "telegram", "sandbox")
TOLD = "imported: "
WALK = """
import importlib, pkgutil
for room in {rooms}:
    package = importlib.import_module(f"bot.{{room}}")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
"""
COMMAND = """
import sys
from bot.__main__ import main
sys.argv = ["bot", {argument!r}]
try:
    main()
except SystemExit as ended:
    if ended.code: raise
"""


def _imported(code: str, *names: str, data_dir: Path | None = None) -> str:
    """Which of the modules a process has imported that runs this."""
    tell = f"import sys; sys.stderr.write('{TOLD}' + ' '.join(sys.modules.keys() & {set(names)}))"
    environment = {**os.environ, **({"DATA_DIR": str(data_dir)} if data_dir else {})}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"],
        capture_output=True,
        check=False,
        timeout=60,
        env=environment,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stderr.decode().rpartition(TOLD)[2]


@pytest.mark.parametrize("statement", ["", "from bot.market.exchanges import open_venue; open_venue('okx')"])
def test_importing_the_market_room_does_not_import_ccxt(statement: str) -> None:
    imports = "; ".join(f"import bot.market.{name}" for name in MODULES)
    assert not _imported(f"{imports}\n{statement}", "ccxt")


def test_no_other_room_imports_ccxt() -> None:
    assert not _imported(WALK.format(rooms=PURE_ROOMS), "ccxt")


def test_help_is_printed_without_any_of_the_heavy_libraries() -> None:
    heavy = ("ccxt", "numpy", "numba", "matplotlib", "sqlalchemy", "telegram", "aiohttp")
    assert not _imported(COMMAND.format(argument="--help"), *heavy)


def test_a_database_is_migrated_without_ccxt(tmp_path: Path) -> None:
    migrate = COMMAND.format(argument="migrate")
    assert not _imported(migrate, "ccxt", "numba", "matplotlib", "telegram", data_dir=tmp_path)
    assert (tmp_path / "bot.db").is_file()


def test_the_look_would_notice_an_import() -> None:
    assert _imported("import numpy", "numpy", "ccxt") == "numpy"
