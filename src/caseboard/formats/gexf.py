"""GEXF, as Gephi writes it; the times at which edges start become reveal points."""

from __future__ import annotations

import io
from dataclasses import replace

from caseboard.formats import careful, graphs
from caseboard.formats.incoming import Reading

#: Elements on how a node or an edge is drawn; networkx knows those of one version of the format.
_DRAWN = ("color", "position", "shape", "size", "thickness")


def read(data: bytes, *, name: str) -> Reading:
    """Return a GEXF file as claims.

    Raises:
        CaseError: not XML, not GEXF, or XML with entities in it.

    >>> import networkx as nx
    >>> file = "".join(nx.generate_gexf(nx.path_graph(3))).encode()
    >>> [(claim.subject, claim.object) for claim in read(file, name="path.gexf").claims]
    [('0', '1'), ('1', '2')]
    """
    import networkx as nx

    root = careful.tree(data, name=name, roots=("gexf",))
    graph = graphs.read_with("GEXF", name, lambda: nx.read_gexf(io.BytesIO(data)))
    if (named := root.find("meta/description")) is not None and named.text:
        graph.graph.setdefault("name", named.text)
    for *_, attributes in graph.edges(data=True):
        # networkx keeps the id of an edge among its attributes; those of our own files are claims.
        if not str(attributes.get("id", "")).isdigit() and "relation" in attributes:
            attributes["claim"] = attributes["id"]
        attributes.pop("id", None)
    reading = graphs.reading(graph, "GEXF", timed=True)
    said = [*reading.said, *graphs.irregular(root)]
    drawn = [tag for tag in _DRAWN if root.find(f".//{tag}") is not None]
    if drawn and not any(told.startswith("how it was drawn") for told in said):
        said.append(f"how it was drawn is left out: {', '.join(drawn)}")
    return replace(reading, said=tuple(said))
