"""A networkx graph that another tool's file was read into, as claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from caseboard.errors import CaseError
from caseboard.formats.incoming import Incoming, Reading, Term, Thing, counted
from caseboard.terms import join_known

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import networkx as nx

T = TypeVar("T")
#: What the attributes of nodes and edges are called by the tools that write them, most telling name first.
_LABEL = ("label", "name", "title")
_KIND = ("kind", "type", "category", "class")
_COMMENT = ("comment", "description")
_RELATION = ("relation", "predicate", "label", "type", "kind", "name", "title")
_NOTE = ("note", "comment", "description")
_EVIDENCE = ("evidence", "source_document", "citation", "reference")
#: Where a tool draws a node and in which colour is no claim.
_DRAWN = frozenset("x y z viz size color colour shape r g b a position pos thickness width height".split())
#: What `caseboard.network.build` derives, and so derives again.
_DERIVED = frozenset(
    "iri persona aliases reveal_order refute_order strength inverse family identity claim refuted_by "
    "unknown threads revealed refuted status".split()
)
#: The relation of an edge that no attribute names.
LINKED = "is linked to"


def read_with(format_: str, name: str, reader: Callable[[], T]) -> T:
    """Return what a reader of networkx returns, its complaints as our own.

    Raises:
        CaseError: it cannot read the file.
    """
    import networkx as nx

    try:
        return reader()
    except (
        nx.NetworkXException,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        SyntaxError,
        RecursionError,
    ) as error:
        raise CaseError(
            f"cannot be read as {format_}: {str(error)[:200].rstrip('. ') or type(error).__name__}. "
            "Write it anew from the tool it comes from, or give it the ending of its format",
            file=name,
        ) from error


def irregular(root: Element) -> tuple[str, ...]:
    """Return what is odd about the ids of a network in XML, in sentences."""
    nodes = Counter(node.get("id", "") for node in root.iter("node"))
    ends = {edge.get(end, "") for edge in root.iter("edge") for end in ("source", "target")}
    return odd_ids(nodes, ends - nodes.keys())


def odd_ids(nodes: Counter[str], loose: Iterable[str]) -> tuple[str, ...]:
    """Return sentences on the ids that several nodes have, and on those that no node has."""
    twice, nobody = sorted(id_ for id_, number in nodes.items() if number > 1), sorted(loose)
    return (
        *((f"several nodes have one id, and are taken as one: {join_known(twice)}",) if twice else ()),
        *((f"links name whom no node describes: {join_known(nobody)}",) if nobody else ()),
    )


def reading(graph: nx.Graph[Any], format_: str, *, timed: bool = False) -> Reading:
    """Return a graph as claims: an edge is a claim, and so is each attribute of a node that is not its name.

    Args:
        graph: what networkx read.
        format_: the name of the format.
        timed: whether ``start`` and ``end`` are times, which become reveal points.
    """
    said: list[str] = []
    things = {str(node): _thing(str(node), data) for node, data in graph.nodes(data=True)}
    drawn = Counter(str(key) for _, data in graph.nodes(data=True) for key in data if str(key) in _DRAWN)
    edges = list(_edges(graph))
    terms: dict[str, Term] = {}
    if not graph.is_directed():
        said.append("the graph is undirected, so each of its relations is taken to hold both ways")
    claims: list[Incoming] = []
    for node, described in graph.nodes(data=True):
        claims += _attributes(str(node), described, timed)
    own_points = _own_points(graph, edges)
    times = sorted({_time(data["start"]) for *_, data in edges if timed and "start" in data}, key=_rank)
    points = own_points or ({"": "the start"} | {time: f"from {time}" for time in times} if times else {})
    extra: Counter[str] = Counter()
    unnamed = 0
    for subject, object_, id_, data in edges:
        relation = _first(data, _RELATION)
        unnamed += not relation
        relation = relation or LINKED
        terms.setdefault(
            relation,
            Term(
                label=_first(data, ("label",)) or relation,
                inverse=str(data.get("inverse", "")),
                family=str(data.get("family", "")),
                symmetric=not graph.is_directed(),
            ),
        )
        more = {str(k): v for k, v in data.items() if _is_extra(str(k), v, relation, timed)}
        extra.update(more.keys())
        note = _first(data, _NOTE)
        if timed:
            more |= {key: data[key] for key in ("end", "spells") if key in data}
        told = "; ".join(f"{k}: {_plain(v)}" for k, v in sorted(more.items()))
        claims.append(
            Incoming(
                subject=subject,
                relation=relation,
                object=object_,
                status=str(data.get("status", "")),
                point=str(data.get("revealed", "")) or (_time(data["start"]) if "start" in data else ""),
                refuted=str(data.get("refuted", "")),
                threads=tuple(str(data["threads"]).split("; ")) if data.get("threads") else (),
                locator=_first(data, _EVIDENCE),
                note=f"{note} ({told})" if note and told else note or told,
                id=id_,
            )
        )
    if drawn:
        said.append(f"how it was drawn is left out: {join_known(sorted(drawn))} of nodes")
    if extra:
        listed = join_known([f"{key} ({number})" for key, number in sorted(extra.items())])
        said.append(f"a claim has no place for {listed} of edges: kept in the claim's note, as text")
    if timed and any("end" in data or "spells" in data for *_, data in edges):
        said.append("when an edge ends is no refutation: kept in the claim's note, as text")
    if unnamed:
        said.append(f"{counted(unnamed, 'edge')} without a relation: taken as {LINKED!r}")
    return Reading(
        format=format_,
        claims=tuple(claims),
        things=things,
        terms=terms,
        points=points,
        title=str(graph.graph.get("name") or graph.graph.get("label") or ""),
        said=tuple(said),
    )


def _edges(graph: Any) -> Iterable[tuple[str, str, str, Mapping[Any, Any]]]:
    """Yield (subject, object, id of the claim, attributes): keys that are no more than numbers are no ids."""
    if graph.is_multigraph():
        for u, v, key, data in graph.edges(keys=True, data=True):
            named = data.get("claim") or (key if isinstance(key, str) and not key.isdigit() else "")
            yield str(u), str(v), str(named), data
    else:
        for u, v, data in graph.edges(data=True):
            yield str(u), str(v), str(data.get("claim") or ""), data


def _thing(key: str, data: Mapping[Any, Any]) -> Thing:
    return Thing(
        key=key,
        label=_first(data, _LABEL),
        kind=_first(data, _KIND),
        comment=_first(data, _COMMENT),
        iri=str(data.get("iri", "")),
        unknown=data.get("unknown") is True,
    )


def _attributes(key: str, data: Mapping[Any, Any], timed: bool) -> Iterable[Incoming]:
    named = {next((name for name in names if data.get(name)), "") for names in (_LABEL, _KIND, _COMMENT)}
    for attribute, value in sorted((str(k), v) for k, v in data.items()):
        skipped = attribute in named or attribute in _DRAWN or attribute in _DERIVED or value in ("", None)
        if skipped or (timed and attribute == "spells"):
            continue
        yield Incoming(subject=key, relation=attribute, object=_plain(value), literal=True)


def _own_points(
    graph: nx.Graph[Any], edges: Iterable[tuple[str, str, str, Mapping[Any, Any]]]
) -> dict[str, str]:
    """Return the reveal points that one of our own exports lists, in their order."""
    listed = str(graph.graph.get("points", "")).split("; ") if graph.graph.get("points") else []
    seen = {
        (data.get("reveal_order", 0), str(data["revealed"])): None
        for *_, data in edges
        if data.get("revealed")
    }
    ordered = listed or [label for _, label in sorted(seen, key=lambda pair: (str(type(pair[0])), pair))]
    return {label: label for label in dict.fromkeys(ordered)}


def _first(data: Mapping[Any, Any], names: Iterable[str]) -> str:
    found = next((data[name] for name in names if data.get(name) not in (None, "")), "")
    return found if isinstance(found, str) else _plain(found)


def _is_extra(key: str, value: Any, relation: str, timed: bool) -> bool:
    known = key in _DERIVED or key in _NOTE or key in _EVIDENCE or key in ("id", "key", "relation")
    return not (
        known
        or value in ("", None)
        or (key in _RELATION and _plain(value) == relation)
        or key == "label"
        or (timed and key in ("start", "end", "spells"))
    )


def _plain(value: Any) -> str:
    import json

    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)


def _time(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _rank(time: str) -> tuple[int, float, str]:
    try:
        return 0, float(time), ""
    except ValueError:
        return 1, 0.0, time  # dates as ISO 8601 has them sort as text
