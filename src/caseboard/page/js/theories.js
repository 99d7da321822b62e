// What the case leaves open, and what people make of it: questions and theories, with what speaks for and against.

import { nodeById, theories } from "./data.js";
import { nodeLink, selectNode, sentence, standing } from "./cards.js";
import { button, byId, el } from "./dom.js";
import { claimById, knownClaim, questionsShown, theoriesShown } from "./known.js";
import { listen } from "./state.js";
import { say } from "./words.js";

// A question or a theory in the list leads to what it is about.
const entry = (node, ...content) => el("li", {}, button({ class: "link plain", onclick: () => selectNode(node) }, content));
const question = ({ node, text }) => entry(node, text);

const claims = (name, ids = []) => {
  const known = ids.filter(knownClaim).map(claimById);
  return known.length > 0 && el("div", { class: "speaks" }, el("h6", {}, say(name)),
    el("ul", {}, known.map((claim) => el("li", {}, sentence(claim), standing(claim, { threads: false })))));
};

/** A theory with its claims; whose it is stands beside its name, because it is nobody's finding. */
const theory = ({ label, comment, by, favour, against, answer }) => el("article", { class: "theory" },
  el("h5", {}, label), by && el("p", { class: "by" }, say("theoryBy", { by })),
  comment && el("p", {}, comment),
  answer && nodeById.has(answer) && el("p", {}, say("theoryAnswer"), " ", nodeLink(answer)),
  claims("speaksFor", favour), claims("speaksAgainst", against));

/** The open questions and the theories of one thread (null for all), each under its heading; nothing where there are none. */
export function open(thread = null) {
  const [asked, told] = [questionsShown(thread), theoriesShown(thread)];
  return [
    asked.length > 0 && el("h4", {}, say("questions")), asked.length > 0 && el("ul", { class: "questions" }, asked.map(question)),
    told.length > 0 && el("h4", {}, say("theories")), told.map(theory),
  ].flat().filter(Boolean);
}

const short = byId("open-questions");
function show() {
  const [asked, told] = [questionsShown(), theoriesShown()];
  short.hidden = !asked.length && !told.length;
  const summary = short.querySelector("summary");
  summary.textContent = theories.length ? say("openBoth", { questions: asked.length, theories: told.length }) : say("openCount", { n: asked.length });
  short.replaceChildren(summary, el("ul", { class: "questions" }, asked.map(question),
    told.map(({ question: node, label, by }) => entry(node, by ? `${label} (${say("theoryBy", { by })})` : label))));
}
listen((changed) => changed.has("view") && show());
