"""A network as a file: one function for each format, each returning the bytes of the file.

The same network gives the same bytes: nodes come by id, edges by their ends and claim, and nothing is dated.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from caseboard.errors import BadArgument, UnknownFormat, did_you_mean
from caseboard.terms import join_known

if TYPE_CHECKING:
    import networkx as nx

#: What `caseboard.Board.serialize` can write: format -> what it holds.
EXPORTS: Mapping[str, str] = {
    "turtle": "the case: claims, evidence, entities",
    "ntriples": "the same as N-Triples",
    "rdfxml": "the same as RDF/XML",
    "jsonld": "the same as JSON-LD",
    "rdf12": "the case in RDF 1.2 Turtle, each claim the reifier of its triple",
    "trig": "the whole dataset: the case, the vocabulary and the graphs of the world",
    "nquads": "the same as N-Quads",
    "graphml": "the network, for yEd, Gephi, Cytoscape",
    "gexf": "the network, for Gephi",
    "json": "the network as node-link JSON, for D3 and networkx",
    "ftm": "the claims as FollowTheMoney entities",
    "stix": "the claims as a STIX 2.1 bundle",
}

#: Characters that XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Halves of a character, which no file in UTF-8 can hold.
_NOT_UTF8 = re.compile("[\ud800-\udfff]")

_KINDS = {str: "text", bool: "true or false", int: "numbers", float: "numbers"}
#: The columns that tables always have, in this order; whatever else there is follows by name.
NODE_COLUMNS = (
    *("id", "label", "kind", "iri", "reveal_order", "aliases", "threads", "comment", "unknown", "persona"),
)
EDGE_COLUMNS = (
    *("source", "target", "claim", "relation", "label", "inverse", "family", "status", "strength"),
    *("revealed", "reveal_order", "refuted", "refute_order", "refuted_by", "threads", "identity"),
    *("evidence", "note"),
)


def writer(format: str) -> Callable[[nx.MultiDiGraph[str]], bytes]:  # noqa: A002
    """Return the function that writes a network in a format.

    Raises:
        UnknownFormat: no format of a network.
    """
    writers = {"graphml": graphml, "gexf": gexf, "json": node_link}
    if format not in writers:
        raise UnknownFormat(
            f"no format {format!r}; there are {join_known(EXPORTS)}.{did_you_mean(format, EXPORTS)}"
        )
    return writers[format]


def graphml(network: nx.MultiDiGraph[str]) -> bytes:
    r"""Return a network as GraphML, for yEd, Gephi and Cytoscape; the id of an edge is its claim.

    `networkx.read_graphml` with ``force_multigraph=True`` reads it back as it was.

    Raises:
        BadArgument: a text has a character that XML cannot hold; names the node or claim.

    >>> import networkx as nx
    >>> file = graphml(nx.MultiDiGraph([("a", "b", "c1", {"label": "sees"})]))
    >>> nx.parse_graphml(file.decode(), force_multigraph=True).edges["a", "b", "c1"]
    {'label': 'sees'}
    """
    import networkx as nx

    buffer = io.BytesIO()
    nx.write_graphml_xml(_ordered(network, _NOT_XML, "XML"), buffer)
    # A bare carriage return in the text of an element is read back as a line feed.
    return buffer.getvalue().replace(b"\r", b"&#13;").rstrip() + b"\n"


def gexf(network: nx.MultiDiGraph[str]) -> bytes:
    """Return a network as GEXF 1.2, for Gephi; the id of an edge is its claim, its label the verb.

    `networkx.read_gexf` reads the nodes and edges back as they were, with an ``id`` on each edge. Of the
    attributes of the network GEXF holds the name, and the comment as its description.

    Raises:
        BadArgument: a text has a character that XML cannot hold; names the node or claim.

    >>> import networkx as nx
    >>> import io
    >>> file = gexf(nx.MultiDiGraph([("a", "b", "c1", {"label": "sees"})]))
    >>> nx.read_gexf(io.BytesIO(file)).edges["a", "b"]
    {'id': 'c1', 'label': 'sees'}
    """
    from xml.etree import ElementTree

    from networkx.readwrite.gexf import GEXFWriter

    graph = _ordered(network, _NOT_XML, "XML")
    for *_, key, data in graph.edges(keys=True, data=True):
        data["id"] = key
    writer = GEXFWriter(graph)
    meta = writer.xml.find("meta")
    meta.attrib.clear()  # the date of writing
    meta.find("creator").text = "Caseboard"
    if graph.graph.get("comment"):
        ElementTree.SubElement(meta, "description").text = graph.graph["comment"]
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue().rstrip() + b"\n"


def node_link(network: nx.MultiDiGraph[str]) -> bytes:
    """Return a network as node-link JSON, which D3 reads, and networkx with ``edges="edges"``.

    Raises:
        BadArgument: a text has half a character, which UTF-8 cannot hold; names the node or claim.

    >>> import networkx as nx
    >>> json.loads(node_link(nx.MultiDiGraph([("a", "b", "c1")])))["edges"]
    [{'key': 'c1', 'source': 'a', 'target': 'b'}]
    """
    import networkx as nx

    data = nx.node_link_data(_ordered(network, _NOT_UTF8, "UTF-8"), edges="edges")
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def tables(network: nx.MultiDiGraph[str]) -> dict[str, bytes]:
    """Return a network as two CSV files, ``nodes.csv`` and ``edges.csv``, as RFC 4180 has them, in UTF-8.

    Cells hold the texts exactly; what a node or claim does not have is an empty cell, and yes is ``true``.
    A spreadsheet may take a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula: import the
    columns as text where the case is not your own.

    Raises:
        BadArgument: a text has half a character, which UTF-8 cannot hold; names the node or claim.

    >>> import networkx as nx
    >>> tables(nx.MultiDiGraph())["nodes.csv"]
    b'id,label,kind,iri,reveal_order,aliases,threads,comment,unknown,persona\\r\\n'
    """
    graph = _ordered(network, _NOT_UTF8, "UTF-8")
    nodes = [{**data, "id": node} for node, data in graph.nodes(data=True)]
    edges = [
        {**data, "source": u, "target": v, "claim": key}
        for u, v, key, data in graph.edges(keys=True, data=True)
    ]
    return {"nodes.csv": _csv(nodes, NODE_COLUMNS), "edges.csv": _csv(edges, EDGE_COLUMNS)}


def _csv(rows: Sequence[Mapping[str, Any]], first: Sequence[str]) -> bytes:
    more = {name for row in rows for name in row} - set(first)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, [*first, *sorted(more)], restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: str(v).lower() if isinstance(v, bool) else v for name, v in row.items()})
    return buffer.getvalue().encode()


def _ordered(network: nx.MultiDiGraph[str], unwritable: re.Pattern[str], holder: str) -> nx.MultiDiGraph[str]:
    """Return a copy in a fixed order in which every attribute has one type; refuse what cannot be written."""
    import networkx as nx

    nodes = [(node, network.nodes[node]) for node in sorted(network)]
    edges = sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3])
    _check([("the network", network.graph)], unwritable, holder)
    _check([(node, {"id": node, **data}) for node, data in nodes], unwritable, holder)
    _check([(key, {"id": key, **data}) for _, _, key, data in edges], unwritable, holder)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**dict(sorted(network.graph.items())))
    node_floats = _floats(data for _, data in nodes)
    edge_floats = _floats(data for _, _, _, data in edges)
    for node, data in nodes:
        graph.add_node(node, **_plain(data, node_floats))
    for u, v, key, data in edges:
        graph.add_edge(u, v, key, **_plain(data, edge_floats))
    return graph


def _floats(described: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the attributes that are a float somewhere: the XML formats give each attribute one type."""
    return {name for data in described for name, value in data.items() if isinstance(value, float)}


def _plain(data: Mapping[str, Any], floats: set[str]) -> dict[str, Any]:
    return {name: float(value) if name in floats else value for name, value in sorted(data.items())}


def _check(
    described: Sequence[tuple[str, Mapping[str, Any]]], unwritable: re.Pattern[str], holder: str
) -> None:
    kinds: dict[str, str] = {}
    for name, data in described:
        for attribute, value in data.items():
            if isinstance(value, str) and (bad := unwritable.search(value)):
                raise BadArgument(
                    f"the {attribute} of {name.encode('unicode_escape').decode()} has the character "
                    f"U+{ord(bad[0]):04X}, which {holder} cannot hold; remove it from the case"
                    f"{', or export .json' if holder == 'XML' and not _NOT_UTF8.search(value) else ''}"
                )
            kind = _KINDS.get(type(value))
            if kind is None:
                raise BadArgument(
                    f"the {attribute} of {name} is {value!r}, which is no text, number or truth"
                )
            if kind == "numbers" and not math.isfinite(value):
                raise BadArgument(f"the {attribute} of {name} is {value}; only finite numbers can be written")
            if kinds.setdefault(attribute, kind) != kind:
                raise BadArgument(f"the {attribute} of {name} is {value!r}; others are {kinds[attribute]}")
