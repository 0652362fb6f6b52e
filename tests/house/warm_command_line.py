"""`python -m bot …` many times over: for each line on its input it forks a process that lives as one.

Forking spares the imports. What the process says lies in its folder, and its exit code comes on a line.
"""

from __future__ import annotations

import json
import os
import sys

import bot.app
import bot.commands.migrate
import bot.commands.run  # noqa: F401 - what the commands import when they begin
from bot.__main__ import main


def become(folder: str, arguments: list[str], settings: dict[str, str]) -> None:
    os.chdir(folder)
    os.environ.update(settings)
    for name, stream in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), stream)
    sys.argv = ["bot", *arguments]


def serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(**json.loads(line))
            return main()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return None


if __name__ == "__main__":
    serve()
