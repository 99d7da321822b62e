// Find by name, alias, description or claim; everything that matches and passes the filters is listed.

import { nodeById, nodes } from "./data.js";
import { byId, el } from "./dom.js";
import { update } from "./state.js";
import { view } from "./view.js";
import { fold, kindOf, say } from "./words.js";

const input = byId("search");
const list = byId("matches");
let found = [];
let current = -1;

const sentence = (edge) => `${nodeById.get(edge.from).label} ${edge.label ?? edge.relation} ${nodeById.get(edge.to).label}`;

const known = new Map(nodes.map((node) => [node.id, {
  name: fold(node.label),
  words: fold(node.comment ?? ""),
}]));

const matching = (names, query) => names.find((name) => fold(name).includes(query));
// Somebody found by a mask that is drawn with them says which; a mask drawn apart speaks for itself.
function whatIs(node, place, query) {
  const alias = place === 4 && matching(node.folded, query);
  return alias ? say("alias", { names: alias }) : kindOf(node.kind).toLowerCase();
}

// 0 is best: the whole name, its beginning, the beginning of a word in it, any part, an alias, the description.
function rank(node, query) {
  const { name, words } = known.get(node.id);
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  if (name.split(/[\s'’-]+/).some((word) => word.startsWith(query))) return 2;
  if (name.includes(query)) return 3;
  if (matching(node.aliases, query)) return 4;
  return words.includes(query) ? 5 : null;
}

function find(query) {
  const entities = view.nodes.map((node) => [query ? rank(node, query) : 1, node])
    .filter(([place]) => place !== null)
    .sort(([a, one], [b, other]) => a - b || other.edges.length - one.edges.length || one.label.localeCompare(other.label))
    .map(([place, node]) => ({ selection: { type: "node", id: node.id }, label: node.label, what: whatIs(node, place, query) }));
  if (query.length < 2) return entities;
  const claims = view.edges.filter((edge) => fold([edge.label, edge.inverse, edge.note].join(" ")).includes(query))
    .map((edge) => ({ selection: { type: "edge", id: edge.id }, label: sentence(edge), what: say("matchClaim") }));
  return [...entities, ...claims];
}

function mark() {
  [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === current)));
  if (current < 0) input.removeAttribute("aria-activedescendant");
  else {
    input.setAttribute("aria-activedescendant", list.children[current].id);
    list.children[current].scrollIntoView({ block: "nearest" });
  }
}

function show() {
  const query = fold(input.value.trim());
  found = find(query);
  current = query && found.length ? 0 : -1;
  list.replaceChildren(...found.map(({ label, what }, i) =>
    el("li", { id: `match-${i}`, role: "option", "aria-selected": "false",
      onmousedown: (event) => { event.preventDefault(); pick(i); } }, el("span", {}, label), el("small", {}, what))));
  if (!found.length) list.append(el("li", { class: "nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" }, say("searchNothing")));
  list.hidden = false;
  list.scrollTop = 0;
  input.setAttribute("aria-expanded", "true");
  byId("live").textContent = say("searchCount", { n: found.length });
  mark();
}

function close() {
  list.hidden = true;
  current = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function pick(i) {
  const { selection, label } = found[i];
  input.value = label;
  close();
  update({ selection, table: false, tab: "details" });
}

input.addEventListener("input", show);
input.addEventListener("focus", () => (input.value ? input.select() : show()));
input.addEventListener("click", () => list.hidden && show());
input.addEventListener("blur", close);
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (list.hidden) show();
    else if (found.length) {
      current = (current + (event.key === "ArrowDown" ? 1 : found.length - (current < 0 ? 0 : 1))) % found.length;
      mark();
    }
  } else if (event.key === "Enter" && !list.hidden && current >= 0) pick(current);
  else if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); }
  else if (event.key === "Escape" && input.value) { input.value = ""; event.stopPropagation(); }
  else return;
  event.preventDefault();
});
