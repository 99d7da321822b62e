// What is shown, as Turtle: a small case of its own, with its claims, their ends, points, threads and evidence.

import { nodeById, points, terms } from "./data.js";
import { caseId, description, isClaim, isDescribed, readCase } from "./described.js";
import { lookup } from "./dom.js";
import { factsShown } from "./known.js";
import { state } from "./state.js";
import { literal, prefixes, term } from "./terms.js";
import { view } from "./view.js";

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const describe = (id, pairs) => (pairs.length ? `${term(id)} ${pairs.filter(Boolean).join(" ;\n    ")} .\n` : "");
const labelled = (label) => `rdfs:label ${literal(label)}`;
const known = () => (state.point === null ? points.length : state.point + 1);
const pointOf = (label, order) => terms.points?.[order] ?? `urn:x-caseboard:point:${label}`;
const threadOf = (label) => lookup(terms.threads)[label]?.[0] ?? `urn:x-caseboard:thread:${label}`;

function entity(id) {
  const { kind, label, comment, unknown } = nodeById.get(id);
  const type = lookup(terms.kinds)[kind] ?? "cb:Entity";
  return describe(id, [`a ${term(type)}${unknown ? ", cb:Unknown" : ""}`, labelled(label), comment && `rdfs:comment ${literal(comment)}`]);
}

function claim({ id, claim: name = id, from, node = from, relation, to, value, ...rest }) {
  const gone = rest.refute_order !== undefined && rest.refute_order < known();
  const refuters = rest.refuters.map(term).join(", ");
  return describe(name, [
    "a cb:Claim, rdf:Statement",
    `rdf:subject ${term(node)}`,
    `rdf:predicate ${term(relation ?? "cb:related")}`,
    `rdf:object ${to === undefined ? literal(value) : term(to)}`,
    `cb:status ${term(lookup(terms.statuses)[rest.claimed ?? rest.status] ?? `urn:x-caseboard:status:${rest.claimed}`)}`,
    rest.revealed && `cb:revealedIn ${term(pointOf(rest.revealed, rest.reveal_order))}`,
    gone && `cb:refutedIn ${term(pointOf(rest.believedUntil ?? rest.refuted, rest.refute_order))}`,
    gone && refuters && `cb:refutedBy ${refuters}`,
    rest.threads.length && `cb:partOfThread ${rest.threads.map(threadOf).map(term).join(", ")}`,
    ...(rest.evidence ? rest.evidence.split("; ") : []).map((place) => `prov:wasDerivedFrom [ ${labelled(place)} ]`),
    rest.note && `rdfs:comment ${literal(rest.note)}`,
  ]);
}

const titled = (id, type, label) => () => describe(id, [`a ${type}`, labelled(label)]);

/**
 * The claims that pass the filters at this point, the attributes of what is shown among them: what the case itself
 * says of them and of what they rest on; what follows by rules, and a page that was made of no case, in our words.
 */
export async function turtle() {
  await readCase();
  const facts = factsShown().filter((fact) => view.nodeIds.has(fact.node));
  const claims = [...view.edges, ...facts];
  const ends = new Set([...view.edges.flatMap((edge) => [edge.from, edge.to]), ...facts.map((fact) => fact.node)]);
  const needed = { cb: "https://w3id.org/caseboard/ns#", rdf: RDF, rdfs: "http://www.w3.org/2000/01/rdf-schema#", prov: "http://www.w3.org/ns/prov#" };
  const head = caseId() || "urn:x-caseboard:case";
  const wanted = new Map([[head, titled(head, "cb:Case", document.title)]]);
  points.slice(0, known()).forEach((label, i) => wanted.set(pointOf(label, i), () => describe(pointOf(label, i), ["a cb:RevealPoint", labelled(label), `cb:order ${i + 1}`])));
  for (const id of ends) wanted.set(id, () => entity(id));
  for (const one of claims) wanted.set(one.claim ?? one.id, () => claim(one));
  // Threads that a claim of the case belongs to come with it.
  for (const one of claims) if (!isDescribed(one.claim ?? one.id)) for (const label of one.threads) wanted.set(threadOf(label), titled(threadOf(label), "cb:Thread", label));
  const written = [];
  // A map goes on with what is added on the way.
  for (const [id, inWords] of wanted) {
    const { pairs, next } = isDescribed(id) ? description(id) : { pairs: null, next: [] };
    written.push(pairs ? describe(id, pairs) : inWords());
    // Claims that the filters leave out stay out, though others name them.
    for (const other of next) if (!wanted.has(other) && !isClaim(other)) wanted.set(other, null);
  }
  return [
    ...Object.entries({ ...Object.fromEntries(prefixes), ...needed }).map(([prefix, space]) => `@prefix ${prefix}: <${space}> .\n`),
    "\n", ...written,
  ].join("");
}
