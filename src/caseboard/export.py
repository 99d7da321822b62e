"""A network as a file: one function for each format, each returning the bytes of the file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from caseboard.errors import BadArgument

if TYPE_CHECKING:
    import networkx as nx

#: Characters that XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graphml(network: nx.MultiDiGraph[str]) -> bytes:
    """Return a network as GraphML, for yEd, Gephi and Cytoscape.

    Raises:
        BadArgument: a text has a character that XML cannot hold; names the node or claim.

    >>> import networkx as nx
    >>> b"<graphml" in graphml(nx.MultiDiGraph([("a", "b", "c1", {"label": "knows"})]))
    True
    """
    import networkx as nx

    _refuse_non_xml(network)
    buffer = io.BytesIO()
    nx.write_graphml_xml(network, buffer, named_key_ids=True)
    return buffer.getvalue()


def gexf(network: nx.MultiDiGraph[str]) -> bytes:
    """Return a network as GEXF 1.2, for Gephi.

    The verb of an edge stands in the attribute ``verb``: GEXF keeps ``label`` for what is drawn, which is the
    verb as well. The date of writing is left out, so that the same network gives the same bytes.

    Raises:
        BadArgument: a text has a character that XML cannot hold; names the node or claim.
    """
    import networkx as nx

    _refuse_non_xml(network)
    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph(**network.graph)
    copy.add_nodes_from((node, dict(data)) for node, data in network.nodes(data=True))
    for u, v, key, data in network.edges(keys=True, data=True):
        copy.add_edge(u, v, key, **data, **({"verb": data["label"]} if "label" in data else {}))
    text = "\n".join(nx.generate_gexf(copy))
    return re.sub(r' lastmodifieddate="[^"]*"', "", text).encode() + b"\n"


def node_link(network: nx.MultiDiGraph[str]) -> bytes:
    """Return a network as node-link JSON, which D3 reads, and networkx with ``edges="edges"``.

    >>> import networkx as nx
    >>> json.loads(node_link(nx.MultiDiGraph([("a", "b", "c1")])))["edges"]
    [{'key': 'c1', 'source': 'a', 'target': 'b'}]
    """
    import networkx as nx

    data = nx.node_link_data(network, edges="edges")
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def tables(network: nx.MultiDiGraph[str]) -> dict[str, bytes]:
    """Return a network as two CSV files, ``nodes.csv`` and ``edges.csv``, as RFC 4180 has them, in UTF-8.

    Cells hold the texts exactly. A spreadsheet may take one that begins with ``=``, ``+``, ``-`` or ``@``
    for a formula: import the columns as text where the case is not your own.
    """
    nodes = [{"id": node, **data} for node, data in network.nodes(data=True)]
    edges = [{"source": u, "target": v, **data} for u, v, data in network.edges(data=True)]
    return {
        "nodes.csv": _csv(nodes, ("id", "label", "kind", "iri")),
        "edges.csv": _csv(edges, ("source", "target", "claim", "relation", "label", "status")),
    }


def _csv(rows: Iterable[Mapping[str, Any]], first: Sequence[str]) -> bytes:
    listed = list(rows)
    columns = list(dict.fromkeys([*first, *sorted({name for row in listed for name in row})]))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, restval="")
    writer.writeheader()
    writer.writerows(listed)
    return buffer.getvalue().encode()


def _refuse_non_xml(network: nx.MultiDiGraph[str]) -> None:
    described = [("the graph", network.graph)]
    described += [(node, {"id": node, **data}) for node, data in network.nodes(data=True)]
    described += [(key, {"id": key, **data}) for _, _, key, data in network.edges(keys=True, data=True)]
    for name, data in described:
        for attribute, value in data.items():
            if isinstance(value, str) and (bad := _NOT_XML.search(value)):
                raise BadArgument(
                    f"the {attribute} of {name} has the character U+{ord(bad[0]):04X}, which XML cannot "
                    "hold; remove it from the case, or export .json"
                )
