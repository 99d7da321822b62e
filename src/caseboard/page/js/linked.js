// "How are two linked?": a panel to pick two, with the paths between them as sentences beside the lit map.

import { nodeById } from "./data.js";
import { places, sentence, standing } from "./cards.js";
import { button, byId, el } from "./dom.js";
import { statusOf } from "./known.js";
import { choose, found, link, unlink, wouldLink } from "./pair.js";
import { picker } from "./pick.js";
import { FILTERS, listen, state, update } from "./state.js";
import { edgeColor } from "./theme.js";
import { endOf } from "./view.js";
import { say } from "./words.js";

const panel = byId("linked");
const ends = ["from", "to"].map((end) => picker({ id: `link-${end}`, title: say(end === "from" ? "linkedFrom" : "linkedTo"), pick: (id) => link({ [end]: id }) }));
const swap = button({ class: "button square", "aria-label": say("linkedSwap"), title: say("linkedSwap"), onclick: () => link({ from: state.pair.to, to: state.pair.from }) }, "⇅");
const ways = ["fewest", "strongest"].map((by) => [by, button({ class: "chip", title: say(`${by}Say`), onclick: () => link({ by }) }, say(by))]);
const unsure = el("input", { type: "checkbox", onchange: () => link({ unsure: unsure.checked }) });
const chooser = el("div", { class: "chooser", role: "group", "aria-label": say("linkedPaths") });
const result = el("div", { class: "way" });

panel.append(
  button({ class: "close", "aria-label": say("linkedClose"), onclick: leave }, "✕"),
  el("h2", {}, say("linked")),
  el("div", { class: "ends" }, ends.map(({ element }) => element), swap),
  el("div", { class: "chips", role: "group", "aria-label": say("linkedHow") }, ways.map(([, chip]) => chip)),
  el("label", { class: "unsure", title: say("unsureSay") }, unsure, say("unsure")),
  chooser, result);

function leave() {
  unlink();
  byId("open-linked").focus();
}

const steps = (n) => say(n === 1 ? "stepOne" : "stepMany", { n });
const nameOf = (id) => nodeById.get(id).label;

function step({ claims: [claim, ...others] }) {
  return el("li", { class: "card", vars: { "--c": edgeColor(claim) } },
    el("p", { class: "sentence" }, sentence(claim)),
    standing(claim, { threads: false }),
    places(claim),
    others.length > 0 && el("p", { class: "said" }, say("linkedMore", { n: others.length })));
}

// The least sure steps, by the strengths that rank the paths.
function verdict(path) {
  if (path.every(({ claims: [claim] }) => statusOf(claim) === "stated")) return say("everyStated");
  const least = Math.min(...path.map(({ claims: [claim] }) => claim.strength ?? 0));
  const weak = path.map(({ claims: [claim] }, i) => ((claim.strength ?? 0) === least ? i + 1 : null)).filter(Boolean);
  return say(weak.length === 1 ? "weakestOne" : "weakestMany", { steps: weak.join(", ") });
}

function nothing({ from, to }) {
  if (endOf(from) === endOf(to)) return [el("p", { class: "about", role: "status" }, say("linkedSame", { from: nameOf(from), to: nameOf(to) }))];
  const narrowed = FILTERS.some((name) => state[name].size);
  const wider = () => update(Object.fromEntries(FILTERS.map((name) => [name, new Set()])));
  return [
    el("p", { class: "about", role: "status" }, say("linkedNone", { from: nameOf(from), to: nameOf(to) })),
    wouldLink() && el("p", { class: "actions" }, button({ class: "button", onclick: () => link({ unsure: true }) }, say("linkedUnsure"))),
    narrowed && el("p", { class: "actions" }, button({ class: "button", onclick: wider }, say("linkedWider"))),
  ];
}

function show() {
  const { pair } = state;
  ends[0].set(pair?.from ?? null);
  ends[1].set(pair?.to ?? null);
  for (const [by, chip] of ways) chip.setAttribute("aria-pressed", String(pair?.by === by));
  if (!pair) {
    // Nothing of an answer stays behind, which could tell of what is not known at another point.
    chooser.replaceChildren();
    return result.replaceChildren();
  }
  unsure.checked = pair.unsure;
  swap.disabled = !pair.from && !pair.to;
  const { ways: paths, chosen } = found();
  const focused = [...chooser.children].indexOf(document.activeElement);
  chooser.hidden = paths.length === 0;
  chooser.replaceChildren(...paths.map((path, i) => button({ class: "chip", "aria-pressed": String(i === chosen), onclick: () => choose(i) },
    say("linkedPath", { n: i + 1, steps: steps(path.length) }))));
  if (focused >= 0) (chooser.children[chosen] ?? ends[0]).focus();
  const content = !pair.from || !pair.to ? [el("p", { class: "about" }, say("linkedPick"))]
    : paths.length ? [el("p", { class: "verdict" }, el("strong", {}, `${steps(paths[chosen].length)}. `), verdict(paths[chosen])), el("ol", { class: "steps" }, paths[chosen].map(step))]
      : nothing(pair);
  panel.scrollTop = 0;
  return result.replaceChildren(...content.filter(Boolean));
}

chooser.addEventListener("keydown", (event) => {
  const turn = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!turn) return;
  event.preventDefault();
  choose(found().chosen + turn);
});

byId("open-linked").addEventListener("click", () => {
  const { selection } = state;
  link(!state.pair && selection?.type === "node" ? { from: selection.id } : {});
  (state.pair.from ? ends[1] : ends[0]).focus();
});

function tell() {
  const { ways: paths, chosen } = found();
  if (!state.pair?.from || !state.pair.to) return;
  byId("live").textContent = paths.length ? say("linkedTold", { n: chosen + 1, all: paths.length, steps: steps(paths[chosen].length) })
    : say("linkedNone", { from: nameOf(state.pair.from), to: nameOf(state.pair.to) });
}

listen((changed) => {
  if (!["pair", "selection", "view", "theme"].some((name) => changed.has(name))) return;
  const inside = result.contains(document.activeElement);
  show();
  if (changed.has("pair")) tell();
  // What somebody stood on is made anew or gone: the keyboard goes on in the panel that is open now.
  if (inside && !result.contains(document.activeElement)) (state.selection ? byId("details") : panel).focus({ preventScroll: true });
});
