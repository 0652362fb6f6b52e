"""What a command says instead of a stack trace."""


class CommandError(Exception):
    """The command cannot be done as asked; the text is a sentence for the person at the terminal."""
