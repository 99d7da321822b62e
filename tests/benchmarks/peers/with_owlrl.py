"""owlrl: what it can say of the rules as OWL 2 RL axioms, closed over the same claims."""

from __future__ import annotations

from typing import Any

from serve import Job, digest, serve
from with_rdflib import CB, unrefuted

#: Rule -> the relation that it concludes, and the chain that leads to it; ^ turns a relation round.
_CHAINS = {
    "asset-of-agency": ("assetOf", ("^handlerOf", "memberOf")),
    "leverage": ("hasLeverageOver", ("possesses", "documents", "secretOf")),
    "member-of-member": ("memberOf", ("memberOf", "memberOf")),
    "same-quarry": ("pursuesSameAs", ("pursues", "^pursues")),
    "serves": ("serves", ("memberOf", "agencyOf")),
    "siblings": ("siblingOf", ("^parentOf", "parentOf")),
}
#: Rule -> the relation that makes its subject dead.
_DEATHS = {"killed-is-dead": "killedBy", "died-is-dead": "diedIn"}
#: Concluded of a pair once, of the one that comes first; OWL cannot say so.
_PAIRS = ("pursuesSameAs", "siblingOf")


def rules(path: str, names: list[str]) -> Job:
    """Close the unrefuted claims of a case, as plain triples, under the axioms of these rules."""
    import owlrl
    import rdflib
    from rdflib.collection import Collection

    cb = rdflib.Namespace(CB)
    case = rdflib.Graph().parse(path, format="turtle")
    concluded = {cb[_CHAINS[name][0]] for name in names if name in _CHAINS} | {cb.vitalStatus}
    unsaid = sorted(set(names) - {*_CHAINS, *_DEATHS})
    assert not unsaid, f"no axioms for {unsaid}"

    def axioms(graph: Any) -> None:
        for name in names:
            if name in _DEATHS:
                graph.add((cb[_DEATHS[name]], rdflib.RDFS.domain, cb.Dead))
                graph.add((cb.Dead, rdflib.OWL.onProperty, cb.vitalStatus))
                graph.add((cb.Dead, rdflib.OWL.hasValue, rdflib.Literal("dead")))
                continue
            relation, chain = _CHAINS[name]
            links = []
            for link in chain:
                links.append(cb[link.lstrip("^") + ("Turned" if link.startswith("^") else "")])
                if link.startswith("^"):
                    graph.add((links[-1], rdflib.OWL.inverseOf, cb[link[1:]]))
            node = rdflib.BNode()
            Collection(graph, node, links)
            graph.add((cb[relation], rdflib.OWL.propertyChainAxiom, node))

    def work() -> set[Any]:
        graph, stated = rdflib.Graph(), set()
        for _, triple, sure in unrefuted(case):
            graph.add(triple)
            if sure:
                stated.add(triple)
        said = set(graph)
        axioms(graph)
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
        found = set()
        for relation in concluded:
            for s, p, o in graph.triples((None, relation, None)):
                once = str(s) < str(o) if p in {cb[pair] for pair in _PAIRS} else s != o
                if once and (s, p, o) not in said:
                    found.add((s, p, o))
        return found

    return work, lambda found: digest((term.n3() for term in triple) for triple in found)


if __name__ == "__main__":
    serve({"rules": rules})
