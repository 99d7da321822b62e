"""Files brought into a case that is on disk: read whole first, so that nothing is half there."""

from __future__ import annotations

import functools
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from caseboard.cases import case_files
from caseboard.claims import Case
from caseboard.engine import FILE_FORMATS, write_turtle
from caseboard.errors import BadArgument, CaseError
from caseboard.pace import Pace
from caseboard.pause import paused_collection
from caseboard.sheets.columns import TABLE_NAMES
from caseboard.sheets.convert import Conversion, convert
from caseboard.sheets.folder import IMPORTED, folder_settings, gather, sheet_files, understood
from caseboard.sheets.lexicon import read_lexicon
from caseboard.sheets.naming import key, local
from caseboard.sheets.outgoing import LITERAL
from caseboard.sheets.reading import ENDINGS
from caseboard.sheets.settings import NAME, Settings, own_namespace, write_settings
from caseboard.sheets.update import Update, compare, kept_record, kept_table
from caseboard.sheets.values import literal
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.terms import PREFIXES, local_name, plain
from caseboard.world import (
    Files,
    Made,
    authored,
    load_files,
    open_store,
    read_select,
    refuse_empty,
    refuse_unplaced,
)

_RDF_ENDINGS = (".trig", ".ttl")
State = dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Intake:
    """What is to be written, and what it does to the case.

    Attributes:
        files: path -> bytes, to be written all or none.
        gone: files of an earlier import of the same file that this one has no use for.
        update: the claims that are added, changed and removed.
        notes: what was guessed or filled in, in sentences.
    """

    files: Mapping[Path, bytes]
    gone: tuple[Path, ...]
    update: Update
    notes: tuple[str, ...]


def read_in(
    file: Path,
    to: Path,
    *,
    columns: Mapping[str, str] | None = None,
    new_relations: bool = False,
    pace: Pace | None = None,
) -> Intake:
    """Read a file of tables into a case; nothing is written yet.

    Args:
        file: CSV or XLSX.
        to: a folder, as `caseboard new` makes it, or one .trig or .ttl file; it may not be there yet.
        columns: role -> header of the file's columns, where the headers do not say it.
        new_relations: whether relations that nobody declares become the case's own.
        pace: is told how far this has come.

    Raises:
        SheetError: with every problem of the file.
        CaseError: a file that cannot be read.
        BadArgument: no file of tables; a case that is no such thing.
    """
    if file.suffix.lower() not in ENDINGS:
        raise BadArgument(
            f"{file} is no table: import takes {' '.join(ENDINGS)}; "
            "RDF files belong into the folder as they are"
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CaseError(f"cannot be read: {error.strerror or error}", file=str(file)) from error
    if to.suffix.lower() in _RDF_ENDINGS and not to.is_dir():
        return _into_file(file, data, to, columns or {}, new_relations, pace)
    if to.exists() and not to.is_dir():
        raise BadArgument(f"{to} is neither a folder nor a .trig file; a case is kept in one of these")
    return _into_folder(file, data, to, columns or {}, new_relations, pace)


def _into_folder(
    file: Path, data: bytes, to: Path, columns: Mapping[str, str], new: bool, pace: Pace | None
) -> Intake:
    settings = folder_settings(to)
    stem = file.stem
    inner = to / IMPORTED
    earlier = [
        path for path in (inner.iterdir() if inner.is_dir() else ()) if path.stem.partition("--")[0] == stem
    ]
    others = {
        str(path): path.read_bytes()
        for path in (sheet_files(to) if to.is_dir() else ())
        if path not in earlier
    }
    rdf: Files = {str(path): path for path in _rdf_files(to) if path not in earlier}
    old = gather(others, settings)
    fresh = gather({file.name: data}, replace(settings, columns=columns or settings.columns))
    old.problems.found += fresh.problems.found
    records = {
        what: old.records.get(what, []) + fresh.records.get(what, [])
        for what in {**old.records, **fresh.records}
    }
    store = load_files(rdf)
    whole = replace(settings, new_relations=new or settings.new_relations)
    lexicon, tables = read_lexicon(store), [*old.claims, *fresh.claims]
    # What is all in tables needs no engine to tell what it says: a million rows take it minutes.
    plain_ = next(store.select(read_select("any-claim")), None) is None
    understand = functools.partial(convert, tables, records, settings=whole, lexicon=lexicon, pace=pace)
    conversion = understand(problems=old.problems, keep=not plain_)
    if plain_ and (conversion.loose or not conversion.told):
        plain_, conversion = False, understand(problems=old.problems)
    files: dict[Path, bytes] = {}
    if not (to / NAME).exists():
        files[to / NAME] = write_settings(settings).encode()
    for place, (table, mapping) in enumerate(fresh.claims):
        name = stem if not place else f"{stem}-{place + 1}"
        if TABLE_NAMES.get(key(name), "claims") != "claims":
            name += "--claims"
        files[inner / f"{name}.csv"] = kept_table(table, mapping)
    for what, listed in fresh.records.items():
        files |= {inner / f"{stem}--{what}.csv": kept_record(table) for table in listed}
    if conversion.declarations:
        files[inner / f"{stem}.nt"] = conversion.declarations
    before: State = {}
    if plain_:
        after = _told(conversion, store)
        del tables, old
        if earlier or others:
            standing = {str(path): path.read_bytes() for path in sheet_files(to)}
            all_: Files = {str(path): path for path in _rdf_files(to)}
            before = _told(understood(standing, settings, all_, keep=False, pace=pace), load_files(all_))
    else:
        if to.is_dir() and (others or rdf or earlier):
            before = _state(load_files(case_files(to)))
        after = _state(open_store({**rdf, str(to): _made(conversion)}))
    gone = tuple(path for path in earlier if path not in files)
    return Intake(files, gone, compare(before, after), conversion.notes)


def _into_file(
    file: Path, data: bytes, to: Path, columns: Mapping[str, str], new: bool, pace: Pace | None
) -> Intake:
    rdf: Files = {str(to): to} if to.exists() else {}
    store = load_files(rdf)
    refuse_unplaced(store, rdf)
    before = _state(store)
    space = store.prefixes.get("my") or _namespace(before) or own_namespace(to.stem)
    title = to.stem if next(store.select(read_select("about")), None) is None else ""
    settings = Settings(namespace=space, title=title, new_relations=new, columns=columns)
    tables = gather({file.name: data}, settings)
    conversion = convert(
        tables.claims,
        tables.records,
        settings=settings,
        lexicon=read_lexicon(store),
        problems=tables.problems,
        pace=pace,
    )
    fresh = load_files({file.name: _made(conversion)})
    if not before:
        refuse_empty(fresh, {file.name: (data, ".csv")})
    origin, mine = f"<{space}{local('origin', 'column-')}>", literal(file.name)
    replaced = {f"<{row[0]}>" for row in store.select(read_select("brought"), by=origin, file=mine)}
    replaced |= {f"<{evidence}>" for evidence in conversion.evidence}
    replaced |= {obj for subject, _, obj in store.each(CLAIMS) if obj[:2] == "_:" and subject in replaced}
    added = [(f"<{claim}>", origin, mine) for claim in conversion.places]
    added += [
        (origin, f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['rdf']}Property>"),
        (origin, f"<{PREFIXES['rdfs']}label>", literal("origin")),
    ]
    kept = (triple for triple in store.each(CLAIMS) if triple[0] not in replaced)
    own = [*authored(store, VOCABULARY), *authored(fresh, VOCABULARY)]
    standing = {claim: one for claim, one in before.items() if f"<{claim}>" not in replaced}
    sentences = {claim: told for claim, (told, _) in (standing | _told(conversion, store)).items()}
    said: dict[str, set[int]] = {f"<{claim}>": set() for claim in sentences}

    def lines() -> Iterator[str]:
        for s, p, o in itertools.chain(kept, fresh.each(CLAIMS), added, own):
            if s in said:
                said[s].add(hash((p, o)))
            yield f"{s} {p} {o} ."

    with paused_collection():
        text = write_turtle(lines(), prefixes={**store.prefixes, **conversion.prefixes})
    after = {claim: (told, _sum(said[f"<{claim}>"])) for claim, told in sentences.items()}
    return Intake({to: text}, (), compare(before, after), conversion.notes)


def _namespace(claims: Iterable[str]) -> str | None:
    spaces = Counter(claim[: max(claim.rfind("/"), claim.rfind("#")) + 1] for claim in claims)
    return max(spaces, key=lambda one: (spaces[one], one)) if spaces else None


def _rdf_files(folder: Path) -> list[Path]:
    inner = folder / IMPORTED
    listed = [*(folder.iterdir() if folder.is_dir() else ()), *(inner.iterdir() if inner.is_dir() else ())]
    return sorted(
        path for path in listed if path.suffix.lower() in FILE_FORMATS and path.name != "shapes.ttl"
    )


def _made(conversion: Conversion) -> Made:
    return Made(conversion.data, conversion.places, conversion.notes, conversion.prefixes)


def _state(store: Store) -> State:
    """Return claim -> its sentence, and a number that stands for all that is said of it."""
    case = Case(store)
    said: dict[str, set[int]] = {f"<{row[0]}>": set() for row in case.core}
    for subject, predicate, obj in store.each(CLAIMS):
        if subject in said:
            said[subject].add(hash((predicate, obj)))
    relations = case.relations
    found: State = {}
    for row in case.core:
        claim, subject, relation, obj = map(str, row[:4])
        label = relations[relation].label if relation in relations else relation
        end = obj if claim in case.literals else case.label(obj)
        found[claim] = (f"{case.label(subject)} {label} {end}.", _sum(said[f"<{claim}>"]))
    return found


def _sum(hashes: Iterable[int]) -> int:
    return functools.reduce(operator.xor, hashes, 0)


def _told(conversion: Conversion, store: Store) -> State:
    """Return the same of tables; ``store`` holds what describes the relations and things of the case."""
    ranked: dict[str, tuple[int, str, str]] = {}
    labels = [
        (str(iri), str(text), language or "") for iri, text, language in store.select(read_select("labels"))
    ]
    for iri, terms in conversion.labels.items():
        found = [LITERAL.match(term) for term in terms]
        labels += [(iri, plain(one[0]), one["language"] or "") for one in found if one]
    for iri, text, language in labels:
        rank = (0 if language == "en" else 1 if not language else 2, language, text)
        ranked[iri] = min(ranked.get(iri, rank), rank)

    def label(term: str) -> str:
        if term[:1] == '"':
            return plain(term)
        iri = term.strip("<>")
        return ranked[iri][2] if iri in ranked else local_name(iri)

    return {
        claim: (f"{label(subject)} {label(relation)} {label(obj)}.", said)
        for claim, (said, subject, relation, obj) in conversion.told.items()
    }
