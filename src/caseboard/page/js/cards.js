// A claim as people read it: a sentence in its own direction, how sure it is, from when on, and who says so.

import { NO_THREAD, nodeById, passages, threadComment, threadsOf } from "./data.js";
import { button, el } from "./dom.js";
import { lineIcon } from "./icons.js";
import { claimById, refuters, statusOf } from "./known.js";
import { hasProof, proofOf } from "./reasons.js";
import { update } from "./state.js";
import { dashes, edgeColor } from "./theme.js";
import { say, statusName } from "./words.js";

export const selectNode = (id) => update({ selection: { type: "node", id }, table: false, tab: "details" });
export const selectEdge = (id) => update({ selection: { type: "edge", id }, table: false, tab: "details" });

export const nodeLink = (id) => button({ class: "link", onclick: () => selectNode(id) }, nodeById.get(id).label);
export const phrase = (claim) => claim.label ?? claim.relation ?? "";
// An attribute has no line on the map, so nothing there can be selected.
const verb = (claim, text) => (claim.node ? text : button({ class: "verb", onclick: () => selectEdge(claim.id) }, text));

/** Seen from one end, a claim starts there and needs not say so; seen from nowhere it is a whole sentence. */
export function sentence(claim, from = null) {
  if (claim.node) return [...(claim.node === from ? [] : [nodeLink(claim.node), " "]), phrase(claim), " ", el("span", { class: "value" }, claim.value)];
  if (claim.from === from) return [verb(claim, phrase(claim)), " ", nodeLink(claim.to)];
  if (claim.to === from && claim.inverse) return [verb(claim, claim.inverse), " ", nodeLink(claim.from)];
  return [nodeLink(claim.from), " ", verb(claim, phrase(claim)), " ", nodeLink(claim.to)];
}

/** How sure the claim is, until and from when on, and its threads. */
export function standing(claim, { threads = true, color = edgeColor(claim) } = {}) {
  const named = threads ? threadsOf(claim).filter((thread) => thread !== NO_THREAD) : [];
  return el("p", { class: "facts" },
    el("span", { class: "mark" }, lineIcon(dashes(statusOf(claim)), { stroke: color, crossed: statusOf(claim) === "refuted" }), statusName(statusOf(claim))),
    statusOf(claim) === "refuted" && claim.refuted && el("span", {}, say("refutedIn", { point: claim.refuted })),
    claim.revealed && el("span", {}, say("knownFrom", { point: claim.revealed })),
    named.length > 0 && el("span", {}, named.map((thread, i) => [i ? ", " : "", el("span", { title: threadComment(thread) }, thread)]).flat()));
}

/** The claim in our own words; of what follows by a rule they are the sentence once more. */
export const words = (claim) => claim.note && !hasProof(claim.id) && el("p", { class: "words" }, claim.note);

/** Where it is said, as lines: places that follow each other in one source name it once. */
export function saidAt(claim) {
  const lines = [];
  for (const place of claim.evidence ? claim.evidence.split("; ") : []) {
    const passage = passages.get(place);
    const source = passage === undefined && place.includes(" of ") ? place.slice(place.indexOf(" of ")) : null;
    const last = lines.at(-1);
    if (source && last?.source === source) last.text = `${last.text.slice(0, -source.length)}; ${place}`;
    else lines.push({ text: place, source, passage });
  }
  return lines;
}

/** Where it is said, each place with its passage where the page was made with one. */
export const places = (claim) => saidAt(claim).map(({ text, passage }) => (passage === undefined ? el("p", { class: "said" }, text)
  : el("details", { class: "said" }, el("summary", {}, text), el("blockquote", {}, passage))));

/** The claims that speak against a refuted one, as far as they are known. */
export const refutation = (claim) => refuters(claim).map((other) => el("p", { class: "because" }, say("refutedBy"), " ", ...sentence(other)));

export function card(claim, { from = null, whole = true, open = false, threads = true } = {}) {
  const refuted = statusOf(claim) === "refuted";
  return el("article", { class: refuted ? "card refuted" : "card", vars: { "--c": edgeColor(claim) } },
    whole && el("p", { class: "sentence" }, sentence(claim, from)),
    words(claim),
    standing(claim, { threads }),
    refuted && refutation(claim),
    !hasProof(claim.id) && places(claim),
    hasProof(claim.id) && reasons(claim, open));
}

// A proof can be long, so it is made when it is opened.
export function reasons(claim, open = false) {
  const content = () => proofOf(claim.id, (id) => claimLine(claimById(id)));
  if (open) return el("section", { class: "reasons" }, el("h3", {}, say("why")), content());
  const fold = el("details", { class: "reasons" }, el("summary", {}, say("why")));
  fold.addEventListener("toggle", () => fold.open && fold.children.length === 1 && fold.append(content()));
  return fold;
}

const claimLine = (claim) => [
  el("p", { class: "sentence" }, sentence(claim)),
  standing(claim, { threads: false }),
  ...(hasProof(claim.id) ? [] : places(claim)),
];
