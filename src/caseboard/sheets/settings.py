"""``case.toml``: what a folder says of itself beside its tables."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from caseboard.errors import CaseError, did_you_mean
from caseboard.sheets.naming import local

NAME = "case.toml"
HOME = "https://w3id.org/caseboard/case/"
#: The prefix of a case's own namespace, where its settings name none.
OWN = "my"
_NAMESPACE = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*[/#:]\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole case.

    Attributes:
        namespace: what the identifiers of its things begin with.
        title, about: what the case is called, and a sentence on it.
        language: the language tag of title and about, or "".
        case: the identifier of the case itself; "" for none.
        guess: whether what cells leave open is filled in: kinds, status, first point, source, attribution.
        statements: whether each claim is typed as an rdf:Statement as well.
        new_relations: whether relations that nobody declares become the case's own.
        columns: role -> header, as ``--map`` takes it.
        prefixes: prefix -> namespace, for CURIEs in cells.
    """

    namespace: str
    title: str = ""
    about: str = ""
    language: str = ""
    case: str = "case"
    guess: bool = True
    statements: bool = True
    new_relations: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)


def default_settings(name: str) -> Settings:
    """Return the settings of a case that has no ``case.toml``, by the name of its folder or file.

    >>> default_settings("My case").namespace
    'https://w3id.org/caseboard/case/my-case/'
    """
    return Settings(namespace=own_namespace(name), title=name)


def own_namespace(name: str) -> str:
    """Return the namespace of a case, by the name of its folder or file.

    >>> own_namespace("my-case") == own_namespace("My case")
    True
    """
    return f"{HOME}{local(re.sub('[-_ ]+', ' ', name).strip())}/"


def read_settings(text: str, *, file: str, name: str) -> Settings:
    """Return the settings in the text of a ``case.toml``; what it leaves out is as by default.

    Raises:
        CaseError: not TOML, a key that means nothing, a value of another type.
    """
    try:
        given: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CaseError(f"not valid TOML: {error}. Texts stand in quotes", file=file) from error
    known = {one.name: one for one in fields(Settings)}
    default = default_settings(name)
    values: dict[str, Any] = {one: getattr(default, one) for one in known}
    for word, value in given.items():
        if word not in known:
            raise CaseError(
                f"it sets {word!r}, which means nothing; there are {', '.join(known)}."
                f"{did_you_mean(word, known)}",
                file=file,
            )
        wanted = dict if isinstance(values[word], Mapping) else type(values[word])
        texts = not isinstance(value, dict) or all(isinstance(one, str) for one in value.values())
        if not isinstance(value, wanted) or not texts:
            raise CaseError(f"{word} takes {'texts' if wanted is dict else wanted.__name__}", file=file)
        values[word] = value
    for space in (values["namespace"], *values["prefixes"].values()):
        if not _NAMESPACE.match(space):
            raise CaseError(f"{space!r} is no namespace: an IRI that ends in / or #", file=file)
    return Settings(**values)


def write_settings(settings: Settings) -> str:
    """Return the text of a ``case.toml`` that says all that is not as by default."""
    lines, tables = [], []
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if isinstance(value, Mapping):
            if value:
                tables += [
                    "",
                    f"[{one.name}]",
                    *(f"{_text(k)} = {_text(v)}" for k, v in sorted(value.items())),
                ]
        elif isinstance(value, bool):
            if value != one.default:
                lines.append(f"{one.name} = {str(value).lower()}")
        elif one.name in ("namespace", "title") or value != one.default:
            lines.append(f"{one.name} = {_text(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
