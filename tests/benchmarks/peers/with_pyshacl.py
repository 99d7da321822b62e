"""pySHACL on rdflib, as its manual shows it."""

from __future__ import annotations

from typing import Any

from serve import Job, serve


def check(path: str, vocabulary: str, shapes: str) -> Job:
    """Validate a case, from the file to the report."""
    import pyshacl
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")

    def work() -> Any:
        data = rdflib.Graph()
        data.parse(path, format="turtle")
        data.parse(vocabulary, format="turtle")
        rules = rdflib.Graph().parse(shapes, format="turtle")
        return pyshacl.validate(data, shacl_graph=rules, advanced=True, inplace=True)[1]

    def describe(results: Any) -> dict[str, int]:
        of_severity = {"violations": sh.Violation, "warnings": sh.Warning}
        return {
            name: sum(1 for _ in results.subjects(sh.resultSeverity, severity))
            for name, severity in of_severity.items()
        }

    return work, describe


if __name__ == "__main__":
    serve({"check": check})
