"""Answers that were given before: what is asked of a case does not change while it is served."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

#: Answers up to a size are kept, the last ones asked for up to a sum, both in bytes.
_LARGEST, _SUM = 200_000, 32_000_000


class Kept:
    """Values by key, the last ones asked for, up to a sum of their sizes.

    >>> kept = Kept()
    >>> kept.put(b"key", "value", 5)
    >>> kept.get(b"key"), kept.get(b"other")
    ('value', None)
    """

    def __init__(self, *, largest: int = _LARGEST, total: int = _SUM) -> None:
        self._largest, self._total, self._held = largest, total, 0
        self._values: OrderedDict[bytes, tuple[Any, int]] = OrderedDict()

    def get(self, key: bytes) -> Any:
        """Return a value, None where there is none."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: bytes, value: Any, size: int) -> None:
        """Keep a value of a size in bytes, if it is not too large; the key counts too."""
        if size > self._largest or key in self._values:
            return
        self._values[key] = value, size + len(key)
        self._held += size + len(key)
        while self._held > self._total:
            _, (_, gone) = self._values.popitem(last=False)
            self._held -= gone
