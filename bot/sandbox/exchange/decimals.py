"""Numbers as venues write them: decimal text."""


def decimals_of(step: float) -> int:
    """How many decimals a step needs."""
    text = f"{step:.10f}".rstrip("0")
    return len(text.partition(".")[2])


def decimal(value: float, places: int = 8) -> str:
    return f"{value:.{places}f}"


def short(value: float, places: int = 8) -> str:
    """Without trailing zeros."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
