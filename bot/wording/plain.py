"""A text without its markup, for places that show none."""

import html
import re

_TAG = re.compile(r"<[^<>]*>")


def without_markup(text: str) -> str:
    return html.unescape(_TAG.sub("", text))
