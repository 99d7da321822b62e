"""pySHACL on rdflib, as its manual shows it."""

from __future__ import annotations

from serve import Job, serve


def check(path: str, vocabulary: str, shapes: str) -> Job:
    """Validate a case, from the file to the report."""
    import pyshacl
    import rdflib

    def work() -> str:
        data = rdflib.Graph().parse(path, format="turtle")
        report: str = pyshacl.validate(data, shacl_graph=shapes, ont_graph=vocabulary, inference="none")[2]
        return report

    return work, lambda report: {"report": report.splitlines()[1]}


if __name__ == "__main__":
    serve({"check": check})
