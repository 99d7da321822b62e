"""Files brought into a case that is on disk: read whole first, so that nothing is half there."""

from __future__ import annotations

import functools
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from caseboard import formats
from caseboard.cases import beside_tables, case_files, folder_files
from caseboard.claims import Case
from caseboard.engine import FILE_FORMATS, write_turtle
from caseboard.errors import BadArgument, unreadable
from caseboard.formats.beside import telling
from caseboard.pause import paused_collection
from caseboard.sheets.columns import TABLE_NAMES
from caseboard.sheets.convert import Conversion, convert
from caseboard.sheets.folder import IMPORTED, folder_settings, gather, sheet_files, understood
from caseboard.sheets.lexicon import read_lexicon
from caseboard.sheets.marks import Marks
from caseboard.sheets.naming import key
from caseboard.sheets.outgoing import LITERAL
from caseboard.sheets.reading import ENDINGS
from caseboard.sheets.settings import NAME, OWN, Settings, own_namespace, write_settings
from caseboard.sheets.update import Update, compare, kept_record, kept_table
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.terms import CB, join_known, local_name, plain
from caseboard.world import Files, Made, authored, load_files, open_store, read_select

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
) -> Intake:
    """Read a file into a case; nothing is written yet.

    Args:
        file: CSV, XLSX, RDF, or the file of another tool.
        to: a folder, as `caseboard new` makes it, or one .trig or .ttl file; it may not be there yet.
        columns: role -> header of the file's columns, where the headers do not say it.
        new_relations: whether relations that nobody declares become the case's own.

    Raises:
        SheetError: with every problem of the file.
        CaseError: a file that cannot be read.
        BadArgument: a file of no such kind; a case that is no such thing.
    """
    foreign = file.suffix.lower() not in ENDINGS
    if foreign and not formats.is_known(file.name):
        known = " ".join((*ENDINGS, *formats.ENDINGS, *FILE_FORMATS))
        raise BadArgument(f"{file} is nothing that import can read; it takes {known}")
    if foreign and columns:
        raise BadArgument(f"{file} is no table, so it has no columns to map; leave out --map for it")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise unreadable(error, str(file)) from error
    if to.suffix.lower() in _RDF_ENDINGS and not to.is_dir():
        return _into_file(file, data, to, None if foreign else columns or {}, new_relations)
    if to.exists() and not to.is_dir():
        raise BadArgument(f"{to} is neither a folder nor a .trig file; a case is kept in one of these")
    if foreign:
        return _foreign_into_folder(file, data, to)
    return _into_folder(file, data, to, columns or {}, new_relations)


def _foreign_into_folder(file: Path, data: bytes, to: Path) -> Intake:
    """Keep a file of another tool as it is; whoever opens the folder reads it with the rest of the case."""
    # Tables keep the relations that they declare in a .nt of their own name.
    kept = to / IMPORTED / (f"{file.stem}--rdf.nt" if file.suffix.lower() == ".nt" else file.name)
    formats.read(data, name=str(file))
    before = folder_files(to) if to.is_dir() and any(to.iterdir()) else {}
    files = {kept: data}
    if not before:
        files[to / NAME] = write_settings(folder_settings(to)).encode()
    after = folder_files(to, instead={kept: data})
    said = [note for one in after.values() if isinstance(one, Made) for note in one.notes]
    notes = tuple(note.replace(str(kept), file.name, 1) for note in said if note.startswith(f"{kept}: "))
    was = _state(load_files(before)) if before else {}
    return Intake(files, (), compare(was, _state(open_store(after))), notes)


def _into_folder(file: Path, data: bytes, to: Path, columns: Mapping[str, str], new: bool) -> Intake:
    settings = folder_settings(to)
    stem = file.stem
    inner = to / IMPORTED
    earlier = [
        path
        for path in (inner.iterdir() if inner.is_dir() else ())
        if path == inner / f"{stem}.nt" or (path.suffix == ".csv" and path.stem.partition("--")[0] == stem)
    ]
    others = {
        str(path): path.read_bytes()
        for path in (sheet_files(to) if to.is_dir() else ())
        if path not in earlier
    }
    rdf, beside = beside_tables(to, tables=True, without=earlier)
    old = gather(others, settings)
    fresh = gather({file.name: data}, replace(settings, columns=columns or settings.columns))
    old.problems.found += fresh.problems.found
    records = {
        what: old.records.get(what, []) + fresh.records.get(what, [])
        for what in {**old.records, **fresh.records}
    }
    store = load_files(rdf)
    whole = replace(settings, new_relations=new or settings.new_relations)
    lexicon, tables = read_lexicon(store).knowing(beside.things()), [*old.claims, *fresh.claims]
    # What is all in tables needs no engine to tell what it says: a million rows take it minutes.
    plain_ = not beside.readings and next(store.select(read_select("any-claim")), None) is None
    understand = functools.partial(convert, tables, records, settings=whole, lexicon=lexicon)
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
            all_, _ = beside_tables(to, tables=True)
            before = _told(understood(standing, settings, all_, keep=False), load_files(all_))
    else:
        if to.is_dir() and (others or rdf or earlier or beside.readings):
            before = _state(load_files(case_files(to)))
        after = _state(open_store(beside.placed({**rdf, str(to): _made(conversion)})))
    gone = tuple(path for path in earlier if path not in files)
    return Intake(files, gone, compare(before, after), conversion.notes)


def _into_file(
    file: Path,
    data: bytes,
    to: Path,
    columns: Mapping[str, str] | None,
    new: bool,
) -> Intake:
    """Bring a file into one of RDF; ``columns`` is None where it is no table."""
    rdf: Files = {str(to): to} if to.exists() else {}
    store = load_files(rdf)
    before = _state(store)
    old = authored(store, CLAIMS)
    space = store.prefixes.get(OWN) or _namespace(before) or own_namespace(to.stem)
    marks = Marks(space, file.name)
    title = "" if any(obj == f"<{CB}Case>" for _, _, obj in old) else to.stem
    if columns is None:
        points = telling(store, without=marks.mine(old))
        converted = formats.as_case(data, name=file.name, title=bool(title), telling=points)
        told = tuple(f"{file.name}: {said}" for said in converted.said)
        made = Made(converted.triples, {}, told, {OWN: space, **converted.prefixes})
    else:
        settings = Settings(namespace=space, title=title, new_relations=new, columns=columns)
        made = _made(_of_tables({file.name: data}, settings, store))
    fresh = load_files({file.name: made})
    own = [*authored(store, VOCABULARY), *authored(fresh, VOCABULARY)]
    prefixes = {**store.prefixes, **made.prefixes}
    whole, gone, kept = marks.merged(old, authored(fresh, CLAIMS), own)
    notes = [*made.notes]
    # Of a million rows each of these takes much room, and none is needed any more.
    del store, fresh, old, made
    with paused_collection():
        text = write_turtle((f"{s} {p} {o} ." for s, p, o in itertools.chain(whole, own)), prefixes=prefixes)
    del whole, own
    after = open_store({str(to): (text, ".ttl")})
    if gone:
        notes.append(f"nothing names them any more, so they are gone too: {join_known(gone)}")
    if kept:
        notes.append(f"nothing names them any more, but somebody has edited them: {join_known(kept)}")
    return Intake({to: text}, (), compare(before, _state(after)), tuple(notes))


def _of_tables(data: Mapping[str, bytes], settings: Settings, store: Store) -> Conversion:
    tables = gather(data, settings)
    return convert(
        tables.claims,
        tables.records,
        settings=settings,
        lexicon=read_lexicon(store),
        problems=tables.problems,
    )


def _namespace(claims: Iterable[str]) -> str | None:
    spaces = Counter(claim[: max(claim.rfind("/"), claim.rfind("#")) + 1] for claim in claims)
    return max(spaces, key=lambda one: (spaces[one], one)) if spaces else None


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
