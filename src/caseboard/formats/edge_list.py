"""Edge lists: a line for each link, two names and what else is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from caseboard.errors import CaseError
from caseboard.formats import careful, graphs
from caseboard.formats.incoming import Reading


def read(data: bytes, *, name: str) -> Reading:
    """Return an edge list as claims: names apart by blanks, then nothing, a weight or a dictionary.

    Names with blanks in them are apart by tabs. A line that begins with # is a comment.

    Raises:
        CaseError: not text in UTF-8, a line that networkx cannot read.

    >>> read(b"ada bruno {'relation': 'helps'}", name="two.edgelist").claims[0].relation
    'helps'
    """
    import networkx as nx

    lines = careful.text(data, name=name).splitlines()
    kept = [line for line in lines if line.split("#")[0].strip()]
    for place, line in enumerate(lines, 1):
        if line.split("#")[0].strip() and len(line.split("#")[0].split()) < 2:
            raise CaseError("a line with one name only; a link has two", file=name, line=place)
    delimiter = "\t" if kept and all("\t" in line for line in kept) else None
    first = kept[0].split("#")[0].split(delimiter) if kept else []
    weighted = len(first) == 3 and not first[2].strip().startswith("{")
    form: Any = (("weight", float),) if weighted else True
    graph = graphs.read_with(
        "an edge list",
        name,
        lambda: nx.parse_edgelist(
            kept,
            delimiter=delimiter,
            data=form,
            create_using=nx.MultiDiGraph,
        ),
    )
    reading = graphs.reading(graph, "an edge list")
    told = "an edge list does not say whether links have a direction: taken from the first to the second"
    return replace(reading, said=(told, *reading.said))
