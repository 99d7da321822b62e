// What the case says of what is shown, triple by triple, as the board has it; read only when somebody takes it away.

import { edgeById, nodeById, points, terms as names } from "./data.js";
import { lookup } from "./dom.js";
import { claimById, knownClaim, statusOf } from "./known.js";
import { state } from "./state.js";
import { iri, literal, term } from "./terms.js";
import { isKnown } from "./view.js";

let said = { case: "", terms: [], about: lookup() };

/** Read it: it is compressed, since most who open a page never take it away. */
export async function readCase() {
  const packed = document.getElementById("case-rdf").textContent;
  if (!packed || said.terms.length) return;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const json = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  said = { ...json, about: lookup(json.about) };
}

/** The id of the case itself, if the page knows it. */
export const caseId = () => said.case;
const nameOf = new Map([...edgeById.values()].map((edge) => [edge.claim ?? edge.id, edge.id]));
const claimOf = (id) => claimById(nameOf.get(id) ?? id);
export const isClaim = (id) => claimOf(id) !== undefined;

const CB = "https://w3id.org/caseboard/ns#";
const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
// Texts that the page has anyway are left out, but for their language or datatype.
const TEXTS = {
  [`${RDFS}label`]: (id) => nodeById.get(id).label,
  [`${RDFS}comment`]: (id) => nodeById.get(id)?.comment ?? claimOf(id).note,
  [`${RDF}object`]: (id) => claimOf(id).value,
};

const EARLY = [`${RDF}type`, `${RDFS}label`, `${RDFS}comment`];
const REFUTES = [`${CB}refutedIn`, `${CB}refutedBy`];

// Whether the viewer has watched far enough for a triple. Of somebody it is not told when a second name or a mask
// comes out, so both come last.
function isTold(id, predicate, object) {
  const all = state.point === null || state.point >= points.length - 1;
  const [node, claim, other] = [nodeById.get(id), claimOf(id), claimOf(object)];
  if (node && !all && (!EARLY.includes(iri(predicate)) || (iri(object) === `${CB}Persona` && !node.persona))) return false;
  if (claim && REFUTES.includes(iri(predicate)) && statusOf(claim) !== "refuted") return false;
  if (nodeById.has(object)) return isKnown(nodeById.get(object).reveal_order);
  return other ? knownClaim(other.id) : isKnown(names.points?.indexOf(object) ?? 0);
}

/** Whether the case says anything of this id. */
export const isDescribed = (id) => said.about[id] !== undefined;

/** What the case says of an id, as pairs in Turtle, and the ids that it leads to. */
export function description(id) {
  const { terms, about } = said;
  const [pairs, next] = [[], []];
  for (let i = 0; i < about[id].length; i += 2) {
    const [predicate, object] = [terms[about[id][i]], terms[about[id][i + 1]]];
    const isText = /^(["@^]|$)/.test(object);
    if (!isTold(id, predicate, isText ? "" : object)) continue;
    const words = isText && (object[0] === '"' ? object : literal(TEXTS[iri(predicate)](id)) + object);
    pairs.push(`${term(predicate)} ${words || term(object)}`);
    if (!isText && about[object]) next.push(object);
  }
  return { pairs, next };
}
