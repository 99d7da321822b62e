"""Files of other tools in the folder of a case, beside its tables and its RDF."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from caseboard import formats
from caseboard.engine import FILE_FORMATS
from caseboard.errors import CaseError
from caseboard.formats.incoming import Reading, Telling
from caseboard.store import CLAIMS, Store
from caseboard.terms import RDFS, plain
from caseboard.world import Files, Made, load_files, read_select

#: The folder in which `import` keeps what it was given.
IMPORTED = "imported"
#: Endings that files have which are none of a case, too.
_VAGUE = (".json", ".jsonl", ".ndjson", ".edges")


@dataclass(frozen=True, slots=True)
class Beside:
    """What foreign files beside a case say.

    Attributes:
        readings: file -> what it claims.
        unread: a sentence for each that may be meant and is not read.
    """

    readings: Mapping[Path, Reading]
    unread: tuple[str, ...] = ()

    def things(self) -> tuple[frozenset[str], dict[str, str]]:
        """Return the IRIs of what they are about, and their prefixes, for who names one of them."""
        from caseboard.formats import case

        iris: set[str] = set()
        prefixes: dict[str, str] = {}
        for path, reading in self.readings.items():
            iris |= case.things(reading, name=path.name)
            prefixes = {**case.convert(Reading("", ()), name=path.name).prefixes, **prefixes}
        return frozenset(iris), prefixes

    def placed(self, files: Files, *, title: bool = False, brief: bool = True) -> Files:
        """Return the files of a case with the foreign ones after them, as claims on its reveal points.

        Args:
            files: what the case has itself.
            title: whether to call the case by the foreign file, where there is one only and nothing else.
            brief: whether all that is said of a file stands in one note.
        """
        from caseboard.formats import case

        found = dict(files)
        if not self.readings:
            return {**found, **({"other files": Made(b"", {}, self.unread)} if self.unread else {})}
        store = load_files(found)
        for place, (path, reading) in enumerate(self.readings.items()):
            alone = title and not files and len(self.readings) == 1
            converted = case.convert(reading, name=path.name, title=alone, telling=telling(store))
            told = ("; ".join(converted.said),) if brief else converted.said
            notes = () if alone and brief else tuple(f"{path}: {said}" for said in told)
            more = self.unread if not place else ()
            found[str(path)] = Made(converted.triples, {}, (*notes, *more), converted.prefixes)
            store.load(converted.triples, format=".nt", graph=CLAIMS, name=str(path))
        return found


def beside(
    paths: Iterable[Path], *, rdf: bool, instead: Mapping[Path, bytes] | None = None
) -> tuple[Beside, frozenset[Path]]:
    """Return what is foreign of the files in a folder, and the files that this takes care of.

    RDF that makes no claims is foreign where nothing else can be meant by it: as the whole of a case, and
    where it was imported. Beside tables it holds what no column does.

    Args:
        paths: the files.
        rdf: whether RDF that makes no claims is foreign.
        instead: file -> bytes that it is about to hold.

    Raises:
        CaseError, MissingExtra: as for `caseboard.formats.read`.
    """
    readings: dict[Path, Reading] = {}
    unread: list[str] = []
    taken: set[Path] = set()
    for path in paths:
        foreign, suffix = formats.ending(path.name), path.suffix.lower()
        if not foreign and suffix not in FILE_FORMATS:
            continue
        data = (instead or {}).get(path)
        data = formats.bytes_of(path, str(path)) if data is None else data
        inner = path.parent.name == IMPORTED
        if not foreign and not formats.is_foreign_rdf(data, str(path), plain=rdf or inner):
            continue
        try:
            reading = formats.read(data, name=str(path), empty=not foreign)
        except CaseError as error:
            if foreign not in _VAGUE or inner:
                raise
            unread.append(f"not read as a part of the case: {error}")
            continue
        # RDF that relates nothing may describe what other files of the case speak of.
        if reading.claims or reading.triples:
            readings[path] = reading
            taken.add(path)
    return Beside(readings, tuple(unread)), frozenset(taken)


def telling(store: Store, *, without: Collection[str] = ()) -> Telling:
    """Return the reveal points of a store in their order, but for some."""
    ranks: dict[str, float] = {}
    for point, order in store.select(read_select("points")):
        try:
            ranks[str(point)] = float(order or 0)
        except ValueError:
            ranks[str(point)] = 0.0  # `check` reports an order that is no number
    labels = {
        plain(s): plain(o.rpartition('"')[0] + '"')
        for s, p, o in store.triples(CLAIMS)
        if p == f"<{RDFS}label>" and plain(s) in ranks
    }
    row = sorted((iri for iri in ranks if iri not in without), key=lambda iri: (ranks[iri], iri))
    points = {labels.get(iri, iri): iri for iri in reversed(row)}
    return Telling(dict(reversed(points.items())), int(max((ranks[iri] for iri in row), default=0)))
