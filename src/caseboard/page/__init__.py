"""A network as one HTML file: pyvis holds nodes, edges and options, our template makes the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseboard.atlas import Atlas, chart
from caseboard.layout import node_size, positions
from caseboard.page.content import Content
from caseboard.steps import step

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

_HERE = Path(__file__).parent

_NODE_TEXT = ("kind", "iri", "comment", "aliases", "threads")
_NODE_NUMBERS = ("reveal_order",)
_NODE_FLAGS = ("unknown", "persona")
_EDGE_TEXT = (
    "claim", "relation", "label", "inverse", "family", "status", "revealed", "refuted", "refuted_by",
    "threads", "evidence", "note",
)  # fmt: skip
_EDGE_NUMBERS = ("strength", "reveal_order", "refute_order")
_EDGE_FLAGS = ("identity",)

_FONTS = (
    ("Case Sans", 400, "normal", "sans-400"),
    ("Case Sans", 600, "normal", "sans-600"),
    ("Case Serif", 500, "normal", "serif-500"),
    ("Case Serif", 400, "italic", "serif-400-italic"),
)

# Above this many edges the map shows communities, which open on demand.
_MANY_EDGES = 3000


def render(
    network: nx.MultiDiGraph[str],
    *,
    content: Content | None = None,
    title: str | None = None,
    intro: str = "",
    language: str = "en",
) -> str:
    """Return one HTML document that shows the network, needs no other file and asks for none.

    ``content`` is what the page tells beside the network;
    ``title`` defaults to the network's name, ``intro`` to its comment; ``language`` is the tag of both and of
    the labels. Everything in the network is shown as text: nothing in it can run as a script. The network is
    not changed, and the same network gives the same document.

    Raises:
        ValueError: a bundled script contains what would end its element.

    >>> import networkx as nx
    >>> g = nx.MultiDiGraph(name="Harbour")
    >>> g.add_node("ex:ada", label="Ada Lind", kind="person", iri="https://example.org/ada")
    >>> g.add_node("ex:ledger", label="The ledger", kind="object", iri="https://example.org/ledger")
    >>> _ = g.add_edge("ex:ada", "ex:ledger", "ex:c1", claim="ex:c1", label="possesses", status="stated")
    >>> page = render(g)
    >>> "<title>Harbour</title>" in page, "https://example.org/ada" in page
    (True, True)
    """
    atlas = chart(network) if network.number_of_edges() > _MANY_EDGES else None
    net = _model(network, atlas)
    net.heading = _clean(title if title is not None else network.graph.get("name") or "Caseboard")
    net.set_template((_HERE / "template.html.j2").as_posix())
    environment = net.templateEnv
    environment.autoescape = True
    environment.filters["columns"] = _columns
    environment.filters["parsed"] = json.loads
    environment.policies["json.dumps_kwargs"] = {
        "sort_keys": False,
        "separators": (",", ":"),
        "allow_nan": False,
    }
    environment.globals["page"] = {
        **_parts(),
        "intro": _clean(intro or network.graph.get("comment") or ""),
        "language": _clean(language),
        "threads": _split(network.graph.get("threads")),
        "points": _split(network.graph.get("points")),
        "sizes": _sizes(),
        "signs": _cleaned(json.loads(network.graph.get("signs") or "null")),
        "communities": _regions(atlas),
        **_told(content or Content(), net),
    }
    html: str = net.generate_html()
    return html


def _model(network: nx.MultiDiGraph[str], atlas: Atlas | None) -> Network:
    """Return the pyvis model of the network, with a place for each node on a wide and on a tall sheet."""
    from pyvis.network import Network

    # Undirected pyvis networks silently drop parallel edges. Its add_node and add_edge search a list each
    # time and change some values, so the dictionaries are put in directly.
    net = Network(directed=True, cdn_resources="in_line")
    if atlas:
        wide, tall = atlas.places["landscape"], atlas.places["portrait"]
        number = {node: i for i, region in enumerate(atlas.regions) for node in region.community.members}
    else:
        laying = f"laying out {network.number_of_nodes():,} things"
        step(laying, 0, 2)
        wide = positions(network, aspect="landscape")
        step(laying, 1, 2)
        tall = positions(network, aspect="portrait")
        number = {}
    step("writing the page")
    for node, data in network.nodes(data=True):
        entry = _picked(data, _NODE_TEXT, _NODE_NUMBERS, _NODE_FLAGS)
        entry.update(
            id=str(node),
            label=_clean(data.get("label") or node),
            shape="custom",
            size=round(node_size(network.degree(node)), 1),
            x=wide[node][0],
            y=wide[node][1],
            tallX=tall[node][0],
            tallY=tall[node][1],
        )
        if node in number:
            entry["community"] = number[node]
        net.nodes.append(entry)
        net.node_ids.append(entry["id"])
        net.node_map[entry["id"]] = entry
    seen: dict[str, int] = {}
    for source, target, key, data in network.edges(keys=True, data=True):
        entry = _picked(data, _EDGE_TEXT, _EDGE_NUMBERS, _EDGE_FLAGS)
        claim = str(data.get("claim", key))
        seen[claim] = seen.get(claim, 0) + 1
        # Two edges with one id would become one edge on the map.
        identity = claim if seen[claim] == 1 else f"{claim}#{seen[claim]}"
        entry.update({"id": identity, "from": str(source), "to": str(target), "arrows": "to"})
        net.edges.append(entry)
    net.options = {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        "interaction": {
            "hover": True,
            "hoverConnectedEdges": False,
            "keyboard": False,
            "multiselect": False,
            "selectConnectedEdges": False,
        },
        "edges": {"selectionWidth": 1, "hoverWidth": 0.8, "arrows": {"to": {"enabled": True}}},
    }
    return net


def _regions(atlas: Atlas | None) -> dict[str, Any] | None:
    """Return where the communities are, for the page to draw those that are closed."""
    if atlas is None:
        return None
    rows = []
    for region in atlas.regions:
        (x, y), (tall_x, tall_y) = region.middles["landscape"], region.middles["portrait"]
        rows.append({"x": x, "y": y, "tallX": tall_x, "tallY": tall_y, "r": region.radius})
    return _columns(rows)


def _sizes() -> list[float]:
    """Return the radius of a node by its number of edges, up to where it grows no more."""
    sizes = [round(node_size(0), 1)]
    while (size := round(node_size(len(sizes)), 1)) > sizes[-1]:
        sizes.append(size)
    return sizes


def _told(content: Content, net: Network) -> dict[str, Any]:
    """Return the content as the template takes it, without what cannot be encoded."""
    packed = content.packed(net.node_ids, [edge["id"] for edge in net.edges])
    packed = {**_cleaned(packed), "questions": _columns(_cleaned(packed["questions"]))}
    facts = _columns(_cleaned(list(map(dict, content.facts))))
    return {"facts": facts, "content": packed, "rdf": _squeezed(_cleaned(dict(content.rdf)))}


def _squeezed(value: dict[str, Any]) -> str:
    """Return the value as compressed JSON in letters: read by few, and a third of the page if it were plain.

    >>> _squeezed({})
    ''
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii") if value else ""


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {_clean(key): _cleaned(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return _clean(value) if isinstance(value, str) else value


def _picked(
    data: dict[str, Any], text: tuple[str, ...], numbers: tuple[str, ...], flags: tuple[str, ...]
) -> dict[str, Any]:
    """Return the known attributes as plain values; numbers that JSON cannot hold are left out."""
    picked: dict[str, Any] = {key: _clean(data[key]) for key in text if data.get(key) not in (None, "")}
    picked.update(
        {key: float(data[key]) for key in numbers if abs(float(data.get(key, "nan"))) < float("inf")}
    )
    picked.update({key: True for key in flags if data.get(key)})
    return picked


def _clean(value: object) -> str:
    """Return the value as text that can be encoded: lone surrogates become the replacement character."""
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _split(value: object) -> list[str]:
    return [part for part in _clean(value).split("; ") if part] if value else []


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows as columns, each either its values, or its distinct values and where they are used.

    >>> _columns([{"kind": "person"}, {"kind": "person"}, {"kind": "place"}, {"kind": "place"}])
    {'size': 4, 'columns': {'kind': {'of': ['person', 'place'], 'at': [0, 0, 1, 1]}}}
    """
    columns: dict[str, Any] = {}
    for name in sorted({key for row in rows for key in row}):
        values = [row.get(name) for row in rows]
        # As JSON, because True == 1 == 1.0 in a dictionary of Python values.
        distinct = {json.dumps(value): value for value in values}
        if 2 * len(distinct) <= len(values):
            index = {text: i for i, text in enumerate(distinct)}
            columns[name] = {
                "of": list(distinct.values()),
                "at": [index[json.dumps(value)] for value in values],
            }
        else:
            columns[name] = {"all": values}
    return {"size": len(rows), "columns": columns}


@cache
def _parts() -> dict[str, Any]:
    """Read what every page carries, and write the policy that lets only this run."""
    from markupsafe import Markup

    vis, script = read_script("vendor/vis-network.js"), read_script("static/page.js")
    css = "".join(_face(*font) for font in _FONTS) + read_css("css/page.css")
    policy = (
        f"default-src 'none'; script-src {digest(vis)} {digest(script)}; style-src {digest(css)}; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    # Our own files, not data: the only text that goes into the page unescaped.
    return {
        "vis": Markup(vis),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "css": Markup(css),  # noqa: S704
        "policy": policy,
        "text": json.loads(read_text("text/en.json")),
    }


def _small(css: str) -> str:
    """Return our style sheet without what only its readers need: comments, and blanks beside marks.

    >>> _small('/* look */\\na b {\\n  color: red;\\n  content: " · ";\\n}\\n')
    'a b{color:red;content:" · "}'
    """
    parts = re.split(r'("[^"]*")', re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    parts[::2] = [re.sub(r"(?<=:)\s+|\s*([{};,>])\s*", r"\1", part) for part in parts[::2]]
    return "".join(parts).replace(";}", "}").strip()


def policy() -> str:
    """Return the policy that every page carries, which lets only what it carries run."""
    found: str = _parts()["policy"]
    return found


def read_text(name: str) -> str:
    """Return one of our own files, by its path in this package."""
    return (_HERE / name).read_text("utf-8").replace("\r\n", "\n")


def read_css(name: str) -> str:
    """Return one of our style sheets as a page carries it.

    Raises:
        ValueError: it contains what would end its element.
    """
    css = _small(read_text(name))
    if "</style" in css.lower():
        raise ValueError(f"{name} contains </style, which would end its element")
    return css


def read_script(name: str) -> str:
    """Return one of our scripts.

    Raises:
        ValueError: it contains what would end its element.
    """
    text = read_text(name)
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise ValueError(
            f"{name} contains </script or <!--, which would end or hide its element; bundle it again"
        )
    return text


def _face(family: str, weight: int, style: str, file: str) -> str:
    data = base64.b64encode((_HERE / "fonts" / f"{file}.woff2").read_bytes()).decode("ascii")
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
    )


def digest(text: str) -> str:
    """Return a script or a style as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
