// The SPARQL that gives what the map shows now, for whoever wants to ask on: same filters, same point.

import { NO_THREAD, edges, nodeById, nodes, terms } from "./data.js";
import { lookup } from "./dom.js";
import { state } from "./state.js";
import { hasIri, literal, prefixes, term } from "./terms.js";
import { endOf, view } from "./view.js";

const list = (ids) => ids.filter(hasIri).map(term).join(", ");
const filter = (test) => `    FILTER(${test})`;
const statusTerms = lookup(terms.statuses);
const inferred = (edge) => edge.claimed === "inferred";

function revealed() {
  if (state.point === null) return [];
  return [filter(`?revealed IN (${list(terms.points.slice(0, state.point + 1))})`)];
}

function statuses() {
  const there = new Set(edges.filter((edge) => !inferred(edge)).map((edge) => edge.claimed));
  const made = [...Object.keys(statusTerms).filter((status) => there.delete(status)), ...there];
  const chosen = state.statuses.size ? made.filter((status) => state.statuses.has(status)) : made;
  const among = (words) => `?status IN (${list(words.map((word) => statusTerms[word] ?? word))})`;
  const until = state.point === null ? "" : ` FILTER(?until IN (${list(terms.points.slice(0, state.point + 1))}))`;
  // A page made without what is refuted has nothing that ever is.
  if (!edges.some((edge) => edge.believedUntil !== undefined)) return [filter(among(chosen)), filter("NOT EXISTS { ?claim cb:refutedIn ?until }")];
  if (!state.statuses.size) return [filter(among(made))];
  const gone = `EXISTS { ?claim cb:refutedIn ?until${until} }`;
  if (!state.statuses.has("refuted")) return [filter(among(chosen)), filter(`NOT ${gone}`)];
  return [filter(among(made)), filter(`${among(chosen)} || ${gone}`)];
}

function threads() {
  if (!state.threads.size) return [];
  const chosen = [...state.threads].filter((thread) => thread !== NO_THREAD);
  const ids = chosen.flatMap((thread) => lookup(terms.threads)[thread] ?? []);
  const tests = ids.length ? [`EXISTS { ?claim cb:partOfThread ?thread FILTER(?thread IN (${list(ids)})) }`] : [];
  // A thread without an IRI is known by its label.
  const loose = chosen.filter((thread) => (lookup(terms.threads)[thread] ?? []).some((id) => !hasIri(id)));
  if (loose.length) tests.push(`EXISTS { ?claim cb:partOfThread/rdfs:label ?label FILTER(STR(?label) IN (${loose.map(literal).join(", ")})) }`);
  if (state.threads.has(NO_THREAD)) tests.push("NOT EXISTS { ?claim cb:partOfThread ?thread }");
  return [filter(tests.join(" || ") || "false")];
}

// The class says it where all things of the kind are of that class only, as they are shown now.
function kinds() {
  if (!state.kinds.size) return [];
  const tests = [...state.kinds].flatMap((kind) => {
    const shown = nodes.filter((node) => nodeById.get(endOf(node.id)).kind === kind);
    const plain = terms.kinds[kind] && nodes.every((node) => (node.kind === kind) === shown.includes(node));
    return ["?subject", "?object"].map((end) => (plain ? `EXISTS { ${end} a ${term(terms.kinds[kind])} }` : `${end} IN (${list(shown.map((node) => node.id))})`));
  });
  return [filter(tests.join(" || "))];
}

function families() {
  if (!state.families.size) return [];
  return [filter(`?relation IN (${list([...new Set(edges.filter((edge) => state.families.has(edge.family)).map((edge) => edge.relation))])})`)];
}

// What follows by rules is no claim, and its reveal point is worked out: it is named one by one.
function conclusions() {
  const shown = view.edges.filter((edge) => inferred(edge) && [edge.from, edge.to].every(hasIri));
  if (!shown.length) return [];
  return ["  UNION {", "    VALUES (?subject ?relation ?object) {",
    ...shown.map((edge) => `      (${[edge.from, edge.relation, edge.to].map(term).join(" ")})`),
    "    }", "    GRAPH cb:inferred { ?subject ?relation ?object }", "  }"];
}

/** The query as text; every claim that the map shows is one of its rows, and nothing else is. */
export function behind() {
  const body = [
    "SELECT DISTINCT ?claim ?subject ?relation ?object WHERE {",
    "  { GRAPH cb:claims {",
    "    ?claim a cb:Claim ; rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;",
    "      cb:status ?status ; cb:revealedIn ?revealed",
    filter("!isLiteral(?object)"),
    ...revealed(), ...statuses(), ...threads(), ...kinds(), ...families(),
    "  }",
    "  FILTER NOT EXISTS { GRAPH cb:vocabulary { ?relation cb:family/cb:aboutWork true } } }",
    ...conclusions(),
    "}",
    "ORDER BY ?claim ?subject ?relation ?object",
    "",
  ].join("\n");
  const head = prefixes.filter(([prefix]) => body.includes(` ${prefix}:`) || body.includes(`(${prefix}:`));
  return head.map(([prefix, space]) => `PREFIX ${prefix}: <${space}>\n`).join("") + body;
}
