"""The line on which a command ends: never empty."""

from __future__ import annotations

import pytest

from bot import __main__ as command_line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TimeoutError(), "run ended with TimeoutError."),
        (TimeoutError("The bot was still loading"), "The bot was still loading."),
        (
            FileNotFoundError(2, "No such file or directory", "/no/where"),
            "/no/where: No such file or directory.",
        ),
    ],
)
def test_a_command_ends_with_a_reason_in_words(
    error: OSError, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(command_line, "app", fail)
    monkeypatch.setattr("sys.argv", ["bot", "run"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"{line}\n"
