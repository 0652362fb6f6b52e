"""What a command says instead of a stack trace."""


class CommandError(Exception):
    """The command cannot be done as asked; the text is a sentence for the person at the terminal."""

    exit_code = 2


class EndedEarly(CommandError):
    """It was begun, and could not go on."""

    exit_code = 1
