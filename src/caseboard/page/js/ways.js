// The best simple paths between two, in one exact order: by cost, then by the names on the way from left to
// right. The order and the search are those of the Python library, so that both tell the same paths.

// What no strength ranks counts as the weakest that there can be.
const LEAST = 2 ** -1074;

// The cost of a link, an integer whose sums are exact: the major part in the high bits, the minor one in the low.
function costOf(by, strength) {
  const loss = BigInt(Math.round(-Math.log2(strength > 0 && strength <= 1 ? strength : LEAST) * 2 ** 32));
  return by === "fewest" ? (1n << 96n) + loss : (loss << 40n) + 1n;
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function first(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i];
  return a.length < b.length;
}
const before = (a, b) => (a.cost === b.cost ? first(a.nodes, b.nodes) : a.cost < b.cost);

class Heap {
  list = [];
  push(item) {
    const { list } = this;
    let at = list.length;
    while (at) {
      const up = (at - 1) >> 1;
      if (!before(item, list[up])) break;
      list[at] = list[up];
      at = up;
    }
    list[at] = item;
  }
  pop() {
    const { list } = this;
    const [top, last] = [list[0], list.pop()];
    if (!list.length) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= list.length) break;
      if (down + 1 < list.length && before(list[down + 1], list[down])) down++;
      if (!before(list[down], last)) break;
      list[at] = list[down];
      at = down;
    }
    list[at] = last;
    return top;
  }
}

// Dijkstra: the cost of the best way to `goal` from each node that reaches it.
function distances(graph, goal) {
  const known = new Map();
  const heap = new Heap();
  heap.push({ cost: 0n, nodes: [goal] });
  while (heap.list.length) {
    const { cost, nodes: [node] } = heap.pop();
    if (known.has(node)) continue;
    known.set(node, cost);
    for (const [other, step] of graph[node]) if (!known.has(other)) heap.push({ cost: cost + step, nodes: [other] });
  }
  return known;
}

// Yen's search with Lawler's partition; each search is A* with the distances of the whole graph as its estimate.
function* bestPaths(graph, source, target) {
  const left = distances(graph, target);
  if (!left.has(source)) return;

  // The best path that starts with `root` and goes on to none of `banned`.
  function completion(root, banned) {
    const passed = new Set(root);
    const start = root.at(-1);
    let spent = 0n;
    for (let i = 1; i < root.length; i++) spent += graph[root[i - 1]].get(root[i]);
    const closed = new Set();
    const heap = new Heap();
    heap.push({ cost: spent + left.get(start), nodes: [start] });
    while (heap.list.length) {
      const { cost, nodes } = heap.pop();
      const node = nodes.at(-1);
      if (node === target) return { cost, nodes: [...root.slice(0, -1), ...nodes] };
      if (closed.has(node)) continue;
      closed.add(node);
      for (const [other, step] of graph[node]) {
        if (passed.has(other) || closed.has(other) || (node === start && banned.has(other))) continue;
        heap.push({ cost: cost - left.get(node) + step + left.get(other), nodes: [...nodes, other] });
      }
    }
    return null;
  }

  const candidates = new Heap();
  candidates.push({ ...completion([source], new Set()), fixed: 0, banned: new Set() });
  while (candidates.list.length) {
    const { nodes, fixed, banned } = candidates.pop();
    yield nodes;
    for (let at = fixed; at < nodes.length - 1; at++) {
      const taken = new Set(at === fixed ? banned : []).add(nodes[at + 1]);
      const rival = completion(nodes.slice(0, at + 1), taken);
      if (rival) candidates.push({ ...rival, fixed: at, banned: taken });
    }
  }
}

const strengthOf = (edge) => edge.strength ?? 0;
const better = (a, b) => strengthOf(b) - strengthOf(a) || (a.reveal_order ?? 0) - (b.reveal_order ?? 0) || compare(a.claim ?? a.id, b.claim ?? b.id);

/**
 * Up to `k` paths from one node to another over `edges`, walked both ways; a path is a list of steps, a step
 * `{ from, to, claims }` with the claims between the two, best first.
 * `ends` gives the two ends of an edge, `label` the name of a node, `by` is "fewest" or "strongest".
 */
export function findWays(edges, { from, to, by, k = 3, ends, label }) {
  const links = new Map();
  const link = (a, b, edge) => {
    if (!links.has(a)) links.set(a, new Map());
    links.get(a).set(b, [...(links.get(a).get(b) ?? []), edge]);
  };
  for (const edge of edges) {
    const [a, b] = ends(edge);
    if (a === b) continue;
    link(a, b, edge);
    link(b, a, edge);
  }
  if (from === to || !links.has(from) || !links.has(to)) return [];
  const key = new Map([...links.keys()].map((id) => [id, [label(id).toLowerCase(), label(id), id]]));
  const ids = [...links.keys()].sort((a, b) => key.get(a).reduce((found, part, i) => found || compare(part, key.get(b)[i]), 0));
  const number = new Map(ids.map((id, i) => [id, i]));
  for (const near of links.values()) for (const claims of near.values()) claims.sort(better);
  const graph = ids.map((id) => new Map([...links.get(id)].map(([other, claims]) => [number.get(other), costOf(by, claims[0].strength)])));
  const found = [];
  for (const nodes of bestPaths(graph, number.get(from), number.get(to))) {
    found.push(nodes.slice(1).map((node, i) => {
      const [a, b] = [ids[nodes[i]], ids[node]];
      return { from: a, to: b, claims: links.get(a).get(b) };
    }));
    if (found.length === k) break;
  }
  return found;
}
