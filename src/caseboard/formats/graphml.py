"""GraphML, as yEd, Gephi, Cytoscape, igraph and networkx write it."""

from __future__ import annotations

from dataclasses import replace

from caseboard.formats import careful, graphs
from caseboard.formats.incoming import Reading

_SPACE = b"http://graphml.graphdrawing.org/xmlns"


def read(data: bytes, *, name: str) -> Reading:
    """Return a GraphML file as claims.

    Raises:
        CaseError: not XML, not GraphML, or XML with entities in it.

    >>> import networkx as nx
    >>> file = "".join(nx.generate_graphml(nx.karate_club_graph())).encode()
    >>> len([claim for claim in read(file, name="karate.graphml").claims if not claim.literal])
    78
    """
    import networkx as nx

    root = careful.tree(data, name=name, roots=("graphml",))
    if _SPACE not in data:
        # Some tools leave out the namespace, without which networkx finds nothing.
        data = data.replace(b"<graphml", b'<graphml xmlns="' + _SPACE + b'"', 1)
    reader = nx.readwrite.graphml.GraphMLReader(str, str, True)
    found = graphs.read_with("GraphML", name, lambda: list(reader(string=data)))
    if not found:
        found = [nx.MultiDiGraph()]
    reading = graphs.reading(found[0], "GraphML")
    more = (f"only the first of its {len(found)} graphs is read",) if len(found) > 1 else ()
    return replace(reading, said=(*reading.said, *more, *graphs.irregular(root)))
