"""The command line: quick to help, and sentences instead of stack traces."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings

SETTINGS = frozenset(name.upper() for name in Settings.model_fields)
HEAVY = ("ccxt", "numba", "matplotlib", "telegram", "sqlalchemy")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def ran(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=_environment(),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A process that has imported all that the bot does, and forks one for each line told to it."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("warm_command_line.py"))],
        env=_environment(),
        cwd=tmp_path_factory.mktemp("warm"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.communicate(timeout=60)


def ran_warm(
    warm: subprocess.Popen[str], folder: Path, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    assert warm.stdin is not None
    assert warm.stdout is not None
    wish = {"folder": str(folder), "arguments": arguments, "settings": settings}
    warm.stdin.write(json.dumps(wish) + "\n")
    warm.stdin.flush()
    code = int(warm.stdout.readline())
    said = [(folder / name).read_text() for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(arguments, code, *said)


@pytest.fixture
def port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_help_imports_nothing_that_takes_seconds(tmp_path: Path) -> None:
    script = (
        "import sys; sys.argv = ['bot', '--help']\n"
        "import bot.__main__ as line\n"
        "try: line.main()\n"
        f"except SystemExit as end: print('loaded', {{*{HEAVY}}} & {{*sys.modules}}, end.code)"
    )
    done = ran("-c", script, cwd=tmp_path)
    assert "Liquidation maps for Telegram" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded set() 0"


def test_without_arguments_there_is_help(tmp_path: Path) -> None:
    done = ran("-m", "bot", cwd=tmp_path)
    assert done.returncode in (0, 2)
    assert "zones" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("DATABASE_URL", "sqlite:///:memory:", "needs a file"),
        ("DATABASE_URL", "sqlitefoo", "no address of a database"),
        ("DATABASE_URL", "sqlite:////etc/hostname/x.db", "cannot be opened"),
        ("DATABASE_URL", "sqlite:////etc", "cannot be opened: unable to open database file"),
        ("DATABASE_URL", "sqlite:////etc/hostname", "cannot be opened"),
        ("DATABASE_URL", "postgresql://ada:hunter2@127.0.0.1:1/bot", "ada:***@127.0.0.1:1/bot cannot be"),
        ("DATA_DIR", "/etc/hostname", "is a file"),
        ("DATA_DIR", "/etc/hostname/data", "/etc/hostname/data: Not a directory"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    warm: subprocess.Popen[str], tmp_path: Path, command: str, name: str, value: str, part: str
) -> None:
    done = ran_warm(warm, tmp_path, command, **{"BOT_TOKEN": "1:sandbox", name: value})
    assert done.returncode == 2, done.stderr
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, port: int) -> None:
    done = ran("-m", "bot", "sandbox", "--port", str(port), "--history", "1", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"The sandbox cannot start: another process listens on port {port}.\n"


def test_a_demo_whose_half_ends_says_which_and_why(tmp_path: Path, port: int) -> None:
    done = ran("-m", "bot", "demo", "--port", str(port), "--history", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert f"another process listens on port {port}" in done.stderr
    assert "The demo's sandbox ended with exit code 2" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("output", [["map", "BTC", "--png"], ["zones", "BTC", "--json"]])
def test_a_missing_folder_is_one_sentence(
    tmp_path: Path, output: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a command cannot write."""
    import bot.commands.once as once
    from bot.__main__ import main

    missing = tmp_path / "nowhere" / "file"

    def write(*_: object) -> None:
        missing.write_text("")

    monkeypatch.setattr(once, "map_once", write)
    monkeypatch.setattr(once, "zones_once", write)
    monkeypatch.setattr(sys, "argv", ["bot", *output, str(missing)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"{missing}: No such file or directory.\n"
