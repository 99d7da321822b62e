// What the page knows beside the network, as far as the viewer has watched: attributes, questions, theories.

import { NO_THREAD, edgeById, facts, nodeById, proofs, questions, theories, threadsOf } from "./data.js";
import { state } from "./state.js";
import { view } from "./view.js";

const parts = (text) => (text ? text.split("; ") : []);
const factById = new Map(facts.map((fact) => [fact.id, fact]));
for (const fact of facts) {
  fact.threads = parts(fact.threads);
  fact.refuters = parts(fact.refuted_by);
  fact.claimed = fact.status;
}

const reached = (order) => state.point === null || (order ?? -1) <= state.point;

/** How sure a claim is at this point: a refuted one was believed until its refutation. */
export function statusOf(claim) {
  return claim.refuted && reached(claim.refute_order) ? "refuted" : claim.claimed;
}

/** An edge or an attribute by the id of its claim. */
export const claimById = (id) => edgeById.get(id) ?? factById.get(id);

/** Whether the viewer has watched far enough for this claim; one that is not in the page is not known. */
export const knownClaim = (id) => Boolean(claimById(id)) && reached(claimById(id).reveal_order);

const passes = (fact) => reached(fact.reveal_order)
  && (!state.threads.size || threadsOf(fact).some((thread) => state.threads.has(thread)))
  && (!state.statuses.size || state.statuses.has(statusOf(fact)))
  && (!state.families.size || state.families.has(fact.family))
  && (!state.kinds.size || state.kinds.has(nodeById.get(fact.node)?.kind));

/** The attributes that pass the filters, of one node or of all that are shown. */
export const factsShown = (id = null) => facts.filter((fact) => nodeById.has(fact.node) && passes(fact) && (id === null || fact.node === id));

/** The claims that speak against a refuted one, as far as they are known. */
export const refuters = (claim) => claim.refuters.filter(knownClaim).map(claimById);

// A way that rests on what is not known yet would tell it.
export const waysTo = (id) => (proofs.get(id) ?? []).filter(({ premises }) => premises.every(knownClaim));

/** The threads that the claims shown about a node belong to. */
const threadsAt = (id) => {
  const found = new Set(view.edges.filter((edge) => edge.from === id || edge.to === id).flatMap((edge) => edge.threads));
  return found.size ? found : new Set([NO_THREAD]);
};
const under = (thread) => (id) => thread === null || threadsAt(id).has(thread);

/** The open questions about what is shown, of one thread or of all. */
export const questionsShown = (thread = null) => questions.filter(({ node }) => view.nodeIds.has(node) && under(thread)(node));

/** The theories about them: one that rests on what is not known yet, or names somebody not met yet, waits. */
export const theoriesShown = (thread = null) => theories.filter(({ question, answer, supports = [] }) =>
  view.nodeIds.has(question) && under(thread)(question) && supports.every(knownClaim) && (!answer || view.nodeIds.has(answer)));
