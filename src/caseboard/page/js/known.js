// What the page knows beside the network, as far as the viewer has watched: attributes, questions, theories.

import { NO_THREAD, edgeById, facts, nodeById, proofs, questions, theories, threadsOf } from "./data.js";
import { state } from "./state.js";
import { edgesOf, endOf, isKnown, story, view } from "./view.js";

const parts = (text) => (text ? text.split("; ") : []);
const factById = new Map(facts.map((fact) => [fact.id, fact]));
for (const fact of facts) {
  fact.threads = parts(fact.threads);
  fact.refuters = parts(fact.refuted_by);
  fact.reveal_order ??= 0;
}

/** How sure a claim is at this point: a refuted one was believed until its refutation. */
export const statusOf = (claim) => (claim.node && claim.refuted && isKnown(claim.refute_order ?? 0) ? "refuted" : claim.status);

/** An edge or an attribute by the id of its claim. */
export const claimById = (id) => edgeById.get(id) ?? factById.get(id);

/** Whether the viewer has watched far enough for this claim; one that is not in the page is not known. */
export const knownClaim = (id) => story.edgeIds.has(id) || (factById.has(id) && isKnown(factById.get(id).reveal_order));

const passes = (fact) => isKnown(fact.reveal_order)
  && (!state.threads.size || threadsOf(fact).some((thread) => state.threads.has(thread)))
  && (!state.statuses.size || state.statuses.has(statusOf(fact)))
  && (!state.families.size || state.families.has(fact.family))
  && (!state.kinds.size || state.kinds.has(nodeById.get(endOf(fact.node)).kind));

/** The attributes that pass the filters, of one node or of all that are shown. */
export const factsShown = (id = null) => facts.filter((fact) => story.nodeIds.has(endOf(fact.node)) && passes(fact) && (id === null || endOf(fact.node) === id));

/** The claims that speak against a refuted one, as far as they are known. */
export const refuters = (claim) => claim.refuters.filter(knownClaim).map(claimById);

// A way that rests on what is not known yet would tell it.
export const waysTo = (id) => (proofs.get(id) ?? []).filter(({ premises }) => premises.every(knownClaim));

/** The threads that the claims shown about a node belong to. */
const threadsAt = (id) => {
  const found = new Set(edgesOf(id).flatMap((edge) => edge.threads));
  return found.size ? found : new Set([NO_THREAD]);
};
const under = (thread) => (id) => thread === null || threadsAt(id).has(thread);

/** The open questions about what is shown, of one thread or of all. */
export const questionsShown = (thread = null) => questions.filter(({ node }) => view.nodeIds.has(node) && under(thread)(node));

/** The theories about them: one that rests on what is not known yet, or names somebody not met yet, waits. */
export const theoriesShown = (thread = null) => theories.filter(({ question, answer, favour = [] }) =>
  view.nodeIds.has(question) && under(thread)(question) && favour.every(knownClaim) && (!answer || view.nodeIds.has(answer)));
