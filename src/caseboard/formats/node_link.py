"""Node-link JSON, as D3 reads it and networkx writes it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from caseboard.errors import CaseError
from caseboard.formats import careful, graphs
from caseboard.formats.incoming import Reading


def is_one(data: Any) -> bool:
    """Say whether JSON looks like nodes and links.

    >>> is_one({"nodes": [], "links": []})
    True
    """
    return isinstance(data, dict) and "nodes" in data and ("links" in data or "edges" in data)


def read(data: bytes, *, name: str) -> Reading:
    """Return node-link JSON as claims; nodes without an id go by their place in the list, as D3 has it.

    Raises:
        CaseError: not JSON, no nodes and links in it, a link to nowhere.

    >>> read(b'{"nodes": [{"id": "a"}, {"id": "b"}], "links": [{"source": "a", "target": "b"}]}',
    ...      name="two.json").claims[0].relation
    'is linked to'
    """
    import networkx as nx

    found = careful.parsed_json(data, name=name)
    if not is_one(found):
        raise CaseError(
            "JSON that is no network: node-link JSON has an object with nodes and links (or edges)", file=name
        )
    links = "links" if "links" in found else "edges"
    nodes, edges = found["nodes"], found[links]
    if not all(
        isinstance(part, list) and all(isinstance(one, dict) for one in part) for part in (nodes, edges)
    ):
        raise CaseError("its nodes and links are no lists of objects, so they are no network", file=name)
    filled = [{"id": place, **node} for place, node in enumerate(nodes)]
    known = Counter(str(node["id"]) for node in filled)
    for place, edge in enumerate(edges):
        for end in ("source", "target"):
            if str(edge.get(end)) not in known:
                raise CaseError(
                    f"the {end} of link {place + 1} is {str(edge.get(end))[:80]!r}, which is no node's id. "
                    "Add the node, or correct the link",
                    file=name,
                )
    whole = {"directed": True, "multigraph": True, "graph": {}, **found, "nodes": filled, links: edges}
    graph = graphs.read_with("node-link JSON", name, lambda: nx.node_link_graph(whole, edges=links))
    reading = graphs.reading(graph, "node-link JSON")
    return replace(reading, said=(*reading.said, *graphs.odd_ids(known, ())))
