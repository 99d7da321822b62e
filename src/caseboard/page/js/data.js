// What the page was made with: nodes, edges and their order, read once from the document, never changed.

const read = (id) => JSON.parse(document.getElementById(id).textContent);

function rows({ size, columns }) {
  const list = Array.from({ length: size }, () => ({}));
  for (const [name, column] of Object.entries(columns)) {
    for (let i = 0; i < size; i++) {
      const value = column.of ? column.of[column.at[i]] : column.all[i];
      if (value !== null) list[i][name] = value;
    }
  }
  return list;
}

const parts = (text) => (text ? text.split("; ") : []);
const source = read("case-data");

export const options = read("case-options");
export const text = read("case-text");
export const nodes = rows(source.nodes);
export const edges = rows(source.edges);
export const nodeById = new Map(nodes.map((node) => [node.id, node]));
export const edgeById = new Map(edges.map((edge) => [edge.id, edge]));
export const points = source.points;
export const sizes = source.sizes; // radius by number of edges; the last one for all above
export const communities = source.communities ? rows(source.communities) : []; // of a network too large to be drawn at once
// What a page may hold beside its map, see the Python that makes it.
export const facts = source.facts ? rows(source.facts) : [];
export const questions = source.questions ? rows(source.questions) : [];
export const theories = source.theories ?? [];
export const queries = source.queries ?? [];
const about = new Map(Object.entries(source.about ?? {}));
/** What a thread is about, if the case says so. */
export const threadComment = (thread) => about.get(thread) ?? null;
export const signs = source.signs ?? {}; // kind -> how the case's vocabulary draws it
export const terms = source.terms ?? {};
export const proofs = new Map(Object.entries(source.proofs ?? {}));
export const passages = new Map(Object.entries(source.passages ?? {}));

// Before every point: where nothing is said, it holds from the beginning.
const FIRST = -1;

// The threads in the order of the case; one that only a claim names comes after them. "" stands for no thread.
const named = new Set(source.threads);
for (const edge of edges) {
  edge.threads = parts(edge.threads);
  for (const thread of edge.threads) named.add(thread);
  edge.claimed = edge.status; // what it is while it is believed; story.js sets status and refuted by the point
  edge.believedUntil = edge.refuted;
  edge.refuters = parts(edge.refuted_by);
  edge.reveal_order ??= FIRST;
  if (edge.refuted !== undefined) edge.refute_order ??= FIRST;
}
export const threads = [...named];
export const NO_THREAD = "";
export const threadsOf = (edge) => (edge.threads.length ? edge.threads : [NO_THREAD]);

const valuesOf = (name) => new Set(edges.map((edge) => edge[name]));
const order = (known, values) => [
  ...known.filter((value) => values.has(value)),
  ...[...values].filter((value) => !known.includes(value)).sort(),
];
const sure = valuesOf("status");
if (edges.some((edge) => edge.refuted)) sure.add("refuted");
export const statuses = order(Object.keys(text.status), sure);
export const families = [...valuesOf("family")].filter((family) => family !== undefined).sort();
export const kinds = order(Object.keys(text.kind), new Set(nodes.map((node) => node.kind)));

for (const node of nodes) {
  node.aliases = parts(node.aliases);
  node.edges = [];
}
for (const edge of edges) {
  nodeById.get(edge.from).edges.push(edge);
  if (edge.to !== edge.from) nodeById.get(edge.to).edges.push(edge);
}
// Whatever a known claim is about is known.
for (const node of nodes) {
  const first = Math.min(node.reveal_order ?? Infinity, ...node.edges.map((edge) => edge.reveal_order));
  node.reveal_order = first === Infinity ? FIRST : first;
}
