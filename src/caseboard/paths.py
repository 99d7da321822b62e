"""How two nodes of a network are linked: the best paths, told step by step."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from caseboard import links
from caseboard.display import Shown
from caseboard.errors import BadArgument, NoPath, UnknownName, did_you_mean
from caseboard.terms import join_known

if TYPE_CHECKING:
    import networkx as nx

#: How paths can be ranked.
RANKINGS = ("fewest", "strongest")
#: At most so many nodes to pass: the search grows with the number of orders in which they can be passed.
MOST_VIA = 6
#: What a step takes over from the edge of its claim.
_SAID = (
    *("claim", "relation", "label", "family", "status", "strength"),
    *("revealed", "threads", "evidence", "note"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One claim on a path, in the claim's own direction; ``forward`` says whether the path walks it that way.

    ``others`` are the ids of the further claims between the two nodes. What a claim does not have is "".
    """

    claim: str
    source: str
    target: str
    source_label: str
    target_label: str
    relation: str
    label: str
    forward: bool
    family: str
    status: str
    strength: float
    revealed: str
    threads: str
    evidence: str
    note: str
    others: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The claim as a sentence, such as "Reese Wakefield is handler of Danielle Wexler."."""
        return _line(f"{self.source_label} {self.label} {self.target_label}") + "."

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Path(Shown):
    """A way from one node to another, as the claims that make it up; ``by`` is how paths were ranked."""

    steps: tuple[Step, ...]
    by: str

    @property
    def nodes(self) -> tuple[str, ...]:
        """The ids of the nodes, from one end to the other."""
        first = self.steps[0]
        return (_ends(first)[0], *(_ends(step)[1] for step in self.steps))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the nodes, from one end to the other."""
        first = self.steps[0]
        start = first.source_label if first.forward else first.target_label
        return (start, *(step.target_label if step.forward else step.source_label for step in self.steps))

    @property
    def strength(self) -> float:
        """The product of the strengths of the steps: a convention for ranking, not a probability."""
        return math.prod(step.strength for step in self.steps)

    @property
    def weakest(self) -> Step:
        """The first of the steps that are least sure."""
        return min(self.steps, key=_sureness)

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __repr__(self) -> str:
        return f"<Path {' - '.join(self.nodes)}>"

    def __str__(self) -> str:
        lines = [self._title()]
        for number, step in enumerate(self.steps, 1):
            indent = " " * (len(str(len(self.steps))) + 4)
            lines.append(f"{number:>{len(indent) - 2}}. {step.sentence}")
            lines.extend(indent + detail for detail in _details(step))
        return "\n".join((*lines, self._verdict()))

    def to_dict(self) -> dict[str, Any]:
        """Return the path as plain values that JSON can hold."""
        return {
            "by": self.by,
            "length": len(self.steps),
            "strength": self.strength,
            "weakest": self.weakest.claim,
            "nodes": [
                {"id": node, "label": label} for node, label in zip(self.nodes, self.labels, strict=True)
            ],
            "steps": [{**asdict(step), "others": list(step.others)} for step in self.steps],
        }

    def _title(self) -> str:
        return _line(f"{self.labels[0]} to {self.labels[-1]}: {_steps(len(self.steps))}")

    def _verdict(self) -> str:
        if all(step.status == "stated" for step in self.steps):
            return "Every step is stated."
        weakest = self.weakest
        weak = [str(n) for n, step in enumerate(self.steps, 1) if _sureness(step) == _sureness(weakest)]
        which = f"Weakest step: {weak[0]}" if len(weak) == 1 else f"Weakest steps: {', '.join(weak)}"
        return f"{which} ({weakest.status}, strength {weakest.strength:g})."


def find_paths(
    network: nx.MultiDiGraph[str],
    source: str,
    target: str,
    *,
    k: int | None = 3,
    by: str = "fewest",
    avoid: Collection[str] = (),
    via: Collection[str] = (),
    families: Collection[str] = (),
    cutoff: int | None = None,
) -> tuple[Path, ...]:
    """Return the best paths between two nodes, best first.

    Edges are walked both ways and told in their own direction; no path passes a node twice. Where several
    claims link a pair, a step tells the strongest, of those the one revealed first, and names the others.

    Args:
        network: one edge per claim, as `caseboard.network` builds it.
        source, target: node ids.
        k: how many paths at most; None for every path of up to ``cutoff`` steps.
        by: "fewest" steps, then the highest product of strengths; "strongest" the other way round. What is
            still equal goes by the labels of the nodes from the source on, then by their ids.
        avoid: ids of nodes that no path may pass.
        via: ids of nodes that every path must pass, in any order; at most six.
        families: only claims of these families, by label; empty for all.
        cutoff: at most so many steps.

    Returns:
        At least one path. Strengths enter as logarithms rounded to nine digits.

    Raises:
        NoPath: nothing links the two under these conditions; the text says which part each belongs to.
        UnknownName: a node is not in this network.
        BadArgument: no such ranking or family, or arguments that contradict each other.
        NotComputable: too many paths to list them all, or to find one through all of ``via``.

    The order is exact, so the same network gives the same paths; see `caseboard.kshortest` for the search.

    >>> import networkx as nx
    >>> network = nx.MultiDiGraph()
    >>> network.add_nodes_from([("ex:ada", {"label": "Ada"}), ("ex:tomas", {"label": "Tomas"})])
    >>> _ = network.add_edge("ex:tomas", "ex:ada", "ex:c-1", claim="ex:c-1", relation="ex:knows",
    ...     label="knows", family="friendship", status="hedged", strength=0.5, revealed="the start",
    ...     reveal_order=1, evidence="page 1 of The notebook")
    >>> print(find_paths(network, "ex:ada", "ex:tomas")[0])
    Ada to Tomas: 1 step
       1. Tomas knows Ada.
          hedged, revealed: the start
          said in page 1 of The notebook
    Weakest step: 1 (hedged, strength 0.5).
    """
    _check_numbers(k, by, cutoff)
    nodes = {"avoid": _several("avoid", avoid), "via": _several("via", via)}
    kept = _several("families", families)
    _check_nodes(network, source, target, nodes["avoid"], nodes["via"])
    _check_families(network, kept)
    stops = nodes["via"] - {source, target}
    walk = links.Links(network, avoid=nodes["avoid"], families=kept)
    found = links.find(walk, source, target, k=k, by=by, via=sorted(stops), cutoff=cutoff)
    if not found:
        raise NoPath(_why_none(network, walk, source, target, nodes["avoid"], stops, kept, cutoff))
    steps: dict[tuple[str, str], Step] = {}
    for pair in {pair for path in found for pair in pairwise(path)}:
        steps[pair] = _step(network, walk, *pair)
    return tuple(Path(tuple(steps[pair] for pair in pairwise(path)), by) for path in found)


def _step(network: nx.MultiDiGraph[str], walk: links.Links, one: str, other: str) -> Step:
    (forward, best), *rest = walk.claims(one, other)
    source, target = (one, other) if forward else (other, one)
    said: dict[str, Any] = {name: best.get(name, "") for name in _SAID}
    return Step(
        **said,
        source=source,
        target=target,
        source_label=network.nodes[source]["label"],
        target_label=network.nodes[target]["label"],
        forward=forward,
        others=tuple(claim["claim"] for _, claim in rest),
    )


def _check_numbers(k: int | None, by: str, cutoff: int | None) -> None:
    if by not in RANKINGS:
        raise BadArgument(f"cannot rank paths by {by!r}; there are {' and '.join(RANKINGS)}")
    for name, number in (("k", k), ("cutoff", cutoff)):
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
            raise BadArgument(f"{name} has to be a whole number from 1 on, not {number!r}")
    if k is None and cutoff is None:
        raise BadArgument(
            "all paths of any length are too many to list: their number doubles with every few links. "
            "Give a cutoff, as in cutoff=4, or a number of paths, as in k=10"
        )


def _several(name: str, values: Collection[str]) -> frozenset[str]:
    if isinstance(values, str):
        raise BadArgument(f"{name} takes several values, as in {name}=[{values!r}]")
    return frozenset(values)


def _check_nodes(
    network: nx.MultiDiGraph[str], source: str, target: str, avoid: frozenset[str], via: frozenset[str]
) -> None:
    for node in (source, target, *sorted(via), *sorted(avoid)):
        if node not in network:
            raise UnknownName(
                f"{node} is not in this network: it has no edge in this selection of claims. "
                "Widen the selection with include or scope, or name another node"
            )
    if source == target:
        raise BadArgument(f"a path needs two ends, and both are {_name(network, source)}")
    for node in sorted(avoid & {source, target, *via}):
        end = "an end of the path" if node in (source, target) else "in via"
        raise BadArgument(f"{_name(network, node)} is to be avoided, but it is {end}")
    if len(via) > MOST_VIA:
        raise BadArgument(f"a path can be asked to pass at most {MOST_VIA} nodes, not {len(via)}")


def _check_families(network: nx.MultiDiGraph[str], families: frozenset[str]) -> None:
    if not families:
        return
    known = {str(claim["family"]) for *_, claim in network.edges(data=True)}
    for family in sorted(families - known):
        raise BadArgument(
            f"no family {family!r} in this network; there are {join_known(sorted(known))}."
            f"{did_you_mean(family, known)}"
        )


def _why_none(
    network: nx.MultiDiGraph[str],
    walk: links.Links,
    source: str,
    target: str,
    avoid: frozenset[str],
    via: frozenset[str],
    families: frozenset[str],
    cutoff: int | None,
) -> str:
    """Say what stands between two nodes, and what would have to change."""
    near = walk.around(source)
    ends = f"no path from {_name(network, source)} to {_name(network, target)}"
    removed = _removed(network, avoid, families)
    apart = [node for node in (target, *sorted(via)) if node not in near]
    if apart:
        parts = [_part(network, walk, node) for node in (source, apart[0])]
        if not removed:
            return f"{ends}: {'; '.join(parts)}. Widen the selection of claims with include or scope"
        linked = set(apart).issubset(links.Links(network).around(source))
        return (
            f"{ends}: {'; '.join(parts)}. {removed}. "
            f"{'Without that they are linked' if linked else 'Even without that they are not linked'}"
        )
    through = f" that passes {join_known([_name(network, node) for node in sorted(via)])}" if via else ""
    if cutoff is not None and (via or near[target] > cutoff):
        short = f" of up to {_steps(cutoff)}{through}"
        least = f": the shortest has {_steps(near[target])}" if near[target] > cutoff else ""
        return f"{ends}{short}{least}. Raise the cutoff{', or pass fewer nodes' if via else ''}"
    return f"{ends}{through} without passing some node twice. Pass fewer nodes, or avoid fewer"


def _part(network: nx.MultiDiGraph[str], walk: links.Links, node: str) -> str:
    others = sorted(walk.around(node).keys() - {node}, key=lambda n: (-len(walk.of(n)), walk.order(n)))
    if not others:
        return f"{_name(network, node)} has no link"
    names = join_known([_name(network, other) for other in others], limit=3)
    return f"{_name(network, node)} belongs to a part of {len(others) + 1} with {names}"


def _removed(network: nx.MultiDiGraph[str], avoid: frozenset[str], families: frozenset[str]) -> str:
    """Say what the conditions took out of the network, or nothing where there are none."""
    said = []
    if avoid:
        said.append(f"avoid takes out {join_known([_name(network, node) for node in sorted(avoid)])}")
    if families:
        kept = sum(claim["family"] in families for *_, claim in network.edges(data=True))
        count = network.number_of_edges()
        said.append(f"families keeps {kept} of {count} claims")
    return " and ".join(said)


def _name(network: nx.MultiDiGraph[str], node: str) -> str:
    return _line(network.nodes[node]["label"])


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _line(text: str) -> str:
    """Return text as one line: control characters, which could steer a terminal, become spaces."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def _ends(step: Step) -> tuple[str, str]:
    return (step.source, step.target) if step.forward else (step.target, step.source)


def _sureness(step: Step) -> tuple[float, bool]:
    return step.strength, step.status == "stated"


def _details(step: Step) -> list[str]:
    verb = "follows by" if step.status == "inferred" else "said in"
    said = [f"{verb} {_line(place)}" for place in step.evidence.split("; ")] if step.evidence else []
    also = [f"and {len(step.others)} more between the two"] if step.others else []
    return [_line(f"{step.status}, revealed: {step.revealed}"), *(said or ["no place given"]), *also]
