"""Our own side of each row: what a user of the package calls."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from serve import Job, digest, serve


def open_case(path: str) -> Job:
    """Open a case: load it and derive the world."""
    import caseboard

    return lambda: caseboard.open(path), lambda board: {"claims": _count(board)}


def _count(board: Any) -> int:
    rows = board.query("SELECT (COUNT(?c) AS ?n) { GRAPH cb:claims { ?c a cb:Claim } }").rows
    return int(rows[0][0])


def import_rows(path: str) -> Job:
    """Bring a table into a case that is begun by it, and write the case."""
    import tempfile

    from caseboard.intake import read_in
    from caseboard.terminal import write_files

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            intake = read_in(Path(path), Path(folder, "case"))
            write_files(intake.files)
            return len(intake.update.added)

    return work, lambda claims: {"claims": claims}


def export(path: str, folder: str) -> Job:
    """Write each graph of an open board as N-Triples, for the peers to load."""
    import caseboard

    board = caseboard.open(path)

    def work() -> int:
        written = 0
        for name in ("stated", "inferred", "hedged", "predicted", "refuted", "claims", "vocabulary"):
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH cb:{name} {{ ?s ?p ?o }} }}"
            data = board.desk.answer(text, graph="ntriples").data
            Path(folder, f"{name}.nt").write_bytes(data)
            written += data.count(b"\n")
        return written

    return work, lambda written: {"triples": written}


def query(path: str, texts: list[str]) -> list[Job]:
    """Ask a board that is open already."""
    import caseboard

    board: Any = caseboard.open(path)
    return [(partial(board.query, text), lambda table: digest(table.rows)) for text in texts]


def network(path: str, include: list[str]) -> Job:
    """Build the network of a case that is loaded, of which nothing has been read yet."""
    from caseboard import Board
    from caseboard.board import case_files
    from caseboard.world import open_store

    store = open_store(case_files(path))
    return lambda: Board(store).network(include=include), describe_network


def describe_network(graph: Any) -> dict[str, Any]:
    """Return a digest of every node and edge with all attributes."""
    nodes = [(node, json.dumps(data, sort_keys=True)) for node, data in graph.nodes(data=True)]
    edges = [
        (u, v, key, json.dumps(data, sort_keys=True)) for u, v, key, data in graph.edges(keys=True, data=True)
    ]
    return {"nodes": len(nodes), "edges": len(edges), "digest": digest([*nodes, *edges])["digest"]}


def betweenness(nodes: int, edges: int) -> Job:
    """Rank a network that is in memory."""
    from networks import invented

    from caseboard.centrality import rank

    graph = invented(nodes, edges)
    return lambda: rank(graph, by="betweenness"), lambda ranking: {
        row.node: row.score for row in ranking.rows
    }


def paths(nodes: int, edges: int, skew: float, pairs: int, cutoff: int) -> Job:
    """List all simple paths between a few pairs of nodes."""
    from networks import invented, linked_pairs

    from caseboard.paths import find_paths

    graph = invented(nodes, edges, skew=skew)
    ends = linked_pairs(graph, pairs, cutoff)

    def work() -> list[Any]:
        return [find_paths(graph, source, target, k=None, cutoff=cutoff) for source, target in ends]

    return work, lambda found: digest(path.nodes for paths in found for path in paths)


def rules(path: str, names: list[str]) -> Job:
    """Infer on a case that is loaded, of which nothing has been read yet, every way to each conclusion."""
    from caseboard import Board
    from caseboard.board import case_files
    from caseboard.inference import infer
    from caseboard.locate import graph_dir
    from caseboard.rules import read_rules
    from caseboard.world import open_store

    store = open_store(case_files(path))
    listed = [rule for rule in read_rules(graph_dir() / "rules") if rule.name in names]

    def describe(inference: Any) -> dict[str, Any]:
        said = {triple for known, triple in inference.facts.items() if known in inference.case.claims}
        found = [claim.triple for claim in inference.claims]
        return {
            "all": digest(found),
            "unsaid": digest(triple for triple in found if triple not in said),
            "ways": sum(len(claim.derivations) for claim in inference.claims),
        }

    return lambda: infer(Board(store).case, listed), describe


def view(path: str, cuts: list[dict[str, str]]) -> list[Job]:
    """Cut a board that is open, of which nothing has been read yet."""
    from caseboard import Board
    from caseboard.board import case_files
    from caseboard.world import open_store

    store = open_store(case_files(path))

    def work(cut: dict[str, Any]) -> Board:
        given = {**cut, "status": (cut["status"],)} if "status" in cut else cut
        return Board(store).view(**given)

    def describe(board: Board) -> dict[str, Any]:
        return digest(board.query("SELECT ?s ?p ?o { GRAPH cb:claims { ?s ?p ?o } }").rows)

    return [(partial(work, cut), describe) for cut in cuts]


def check(path: str) -> Job:
    """Validate a case, from the file to the report."""
    import caseboard

    return (
        lambda: caseboard.check(path),
        lambda report: {"violations": len(report.violations), "warnings": len(report.warnings)},
    )


if __name__ == "__main__":
    serve(
        {
            f.__name__: f
            for f in (open_case, import_rows, export, query, network, betweenness, paths, rules, view, check)
        }
    )
