"""How a kind of a case's own is drawn: a sign in its outline, a colour that both themes can show."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from caseboard.errors import did_you_mean

#: The kinds whose outline and sign another kind may borrow.
ICONS = ("person", "organisation", "group", "place", "object", "information", "event", "work")
#: What signs stand on in the light and in the dark theme: of the grounds, the one that is hardest to see on.
GROUNDS = {"light": "#efe9dc", "dark": "#1d2430"}
#: A sign may be a letter, so it has the contrast that text needs.
LEAST_CONTRAST = 4.5
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}\Z")
_JOINER, _LONGEST = "\u200d", 12


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands for a kind.

    Attributes:
        icon: one of `ICONS`, "" for none.
        text: one letter or emoji in its place, "" for none.
        light: its colour on light ground, "" for the usual one.
        dark: the same on dark ground.
    """

    icon: str = ""
    text: str = ""
    light: str = ""
    dark: str = ""

    def packed(self) -> dict[str, str]:
        """Return what is said of it, by name."""
        pairs = {"icon": self.icon, "text": self.text, "light": self.light, "dark": self.dark}
        return {name: value for name, value in pairs.items() if value}


def read_sign(icon: str | None, colour: str | None) -> Sign:
    """Return the sign that a vocabulary gives a kind; what is no icon and no colour is left out.

    >>> read_sign("place", "#FA0")
    Sign(icon='place', text='', light='#8f5f00', dark='#ffaa00')
    """
    icon, colour = (icon or "").strip(), (colour or "").strip()
    drawn = Sign(
        icon=icon if icon in ICONS else "", text=icon if icon not in ICONS and is_one_sign(icon) else ""
    )
    if not _COLOUR.match(colour):
        return drawn
    return Sign(drawn.icon, drawn.text, *(readable(colour, GROUNDS[theme]) for theme in ("light", "dark")))


def mistakes(icon: str | None, colour: str | None) -> list[str]:
    """Return what is wrong with an icon and a colour, in sentences with what to write instead.

    >>> mistakes("plce", "red")[0]
    '“plce” is no icon. Write one letter, one emoji, or one of person, organisation, group, place, object, \
information, event, work. Did you mean place?'
    """
    found = []
    if icon is not None and icon.strip() not in ICONS and not is_one_sign(icon.strip()):
        found.append(
            f"“{icon}” is no icon. Write one letter, one emoji, or one of {', '.join(ICONS)}."
            f"{did_you_mean(icon, ICONS)}"
        )
    if colour is not None and not _COLOUR.match(colour.strip()):
        found.append(f"“{colour}” is no colour. Write it as #rrggbb, such as #0a6ebd")
    return found


def is_one_sign(text: str) -> bool:
    """Return whether a text is one letter, digit or emoji, with what belongs to it.

    >>> [is_one_sign(text) for text in ("A", "⚓", "👩🏽‍🚀", "AB", "", "<", "a\u202e")]
    [True, True, True, False, False, False, False]
    """
    if not text or len(text) > _LONGEST:
        return False
    first = text[0]
    if not (first.isalnum() or unicodedata.category(first) in ("So", "Sm")) or first in "<>&":
        return False
    flag = "\U0001f1e6" <= first <= "\U0001f1ff"
    for before, one in itertools.pairwise(text):
        joined = before == _JOINER and unicodedata.category(one) == "So"
        modifier = "\U0001f3fb" <= one <= "\U0001f3ff" or one in (_JOINER, "\ufe0f", "\u20e3")
        second = flag and len(text) == 2 and "\U0001f1e6" <= one <= "\U0001f1ff"
        if not (joined or modifier or second or unicodedata.category(one) in ("Mn", "Mc")):
            return False
    return True


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21.

    Source: WCAG 2.2, "contrast ratio".

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, ground: str) -> str:
    """Return a colour, darkened or lightened as far as it must be to be seen on a ground.

    >>> readable("#0a6ebd", "#1d2430") != "#0a6ebd", readable("#000000", "#ffffff")
    (True, '#000000')
    """
    parts = _parts(colour)
    towards = 0 if _luminance(ground) > 0.18 else 255
    for step in range(51):
        mixed = [round(part + (towards - part) * step / 50) for part in parts]
        found = "#" + "".join(f"{part:02x}" for part in mixed)
        if contrast(found, ground) >= LEAST_CONTRAST:
            break
    return found


def _parts(colour: str) -> list[int]:
    digits = colour.strip().lstrip("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    return [int(digits[place : place + 2], 16) for place in (0, 2, 4)]


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
