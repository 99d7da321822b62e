// A box to choose somebody from what is shown, by typing a part of the name.

import { nodeById } from "./data.js";
import { el } from "./dom.js";
import { view } from "./view.js";
import { fold, kindOf, say } from "./words.js";

const MOST = 60;

// 0 is best: the name begins so, a word in it does, any part of a name does.
function rank(node, query) {
  const names = [node.label, ...node.aliases].map(fold);
  const ways = [(name) => name.startsWith(query), (name) => name.split(/[\s'’-]+/).some((word) => word.startsWith(query)), (name) => name.includes(query)];
  const place = ways.findIndex((way) => names.some(way));
  return place < 0 ? null : place;
}

const matches = (query) => view.nodes.map((node) => [rank(node, query), node])
  .filter(([place]) => place !== null)
  .sort(([a, one], [b, other]) => a - b || one.label.localeCompare(other.label))
  .map(([, node]) => node);

/** Make the box; `pick` gets the id of whoever is chosen. */
export function picker({ id, title, pick }) {
  const list = el("ul", { id: `${id}-list`, role: "listbox", "aria-label": title, hidden: true });
  const input = el("input", {
    id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false", placeholder: say("pickSay"),
  });
  let found = [];
  let current = -1;
  let chosen = null;

  function mark() {
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === current)));
    if (current < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[current].id);
    list.children[current].scrollIntoView({ block: "nearest" });
  }
  function open(query) {
    const all = matches(query);
    found = all.slice(0, MOST);
    current = query && found.length ? 0 : -1;
    list.replaceChildren(...found.map((node, i) => el("li", {
      id: `${id}-${i}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(i); },
    }, el("span", {}, node.label), el("small", {}, kindOf(node.kind).toLowerCase()))));
    const rest = all.length - found.length;
    if (rest || !found.length) {
      list.append(el("li", { class: "nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" }, rest ? say("pickMore", { n: rest }) : say("searchNothing")));
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
  }
  function close() {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = chosen === null ? "" : nodeById.get(chosen).label;
  }
  function take(i) {
    chosen = found[i].id;
    close();
    pick(chosen);
  }

  input.addEventListener("input", () => open(fold(input.value.trim())));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) open("");
    else if (step && found.length) {
      current = current < 0 ? (step > 0 ? 0 : found.length - 1) : (current + step + found.length) % found.length;
      mark();
    } else if (event.key === "Enter" && !list.hidden && current >= 0) take(current);
    else if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
  return {
    element: el("div", { class: "pick" }, el("label", { for: id }, title), input, list),
    focus: () => input.focus(),
    set(next) {
      chosen = next;
      if (document.activeElement !== input || list.hidden) close();
    },
  };
}
