// Opening and closing of communities, by mouse, by keyboard and with the button that leads back.

import { network, spot } from "./canvas.js";
import { groupPlace, hit, mark } from "./crowd.js";
import { nameOf } from "./discs.js";
import { button, byId } from "./dom.js";
import { groups, inStory, isOpen, isShown } from "./groups.js";
import { listen, state, update } from "./state.js";
import { view } from "./view.js";
import { say } from "./words.js";

let at = null; // the closed community that the keyboard is at

const open = (group) => update({ open: [...state.open, group.number], selection: null });
const close = () => update({ open: state.open.slice(0, -1), selection: null });

const back = button({ class: "button", id: "close-community", hidden: true, onclick: () => { close(); byId("map").focus({ preventScroll: true }); } }, say("closeCommunity"));

const hint = byId("hint").textContent;

function show() {
  back.hidden = state.open.length === 0 || state.table;
  byId("hint").textContent = state.open.length ? hint : say("communityHint");
}

/** Open the community under the pointer, if there is one. */
export function openAt(point) {
  const { group } = groups.length ? hit(point) : {};
  if (group) open(group);
  return Boolean(group);
}

function go(group) {
  at = group;
  mark(group);
  if (group) byId("live").textContent = say("communitySay", { name: nameOf(group) });
  network.redraw();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const things = () => [
  ...inStory().filter((group) => !isOpen(group)).map((group) => ({ group, ...groupPlace(group) })),
  ...view.nodes.filter(isShown).map((node) => ({ node, x: spot(node.id).x, y: spot(node.id).y })),
];

function step([dx, dy]) {
  const all = things();
  const { selection } = state;
  const from = at ? groupPlace(at) : selection?.type === "node" ? spot(selection.id) : null;
  // Without a place to start from: the opened community's first member, or the largest community.
  let best = from ? null : all.find(({ node }) => node && state.open.includes(node.community)) ?? all.reduce((a, b) => (a && (a.group?.r ?? 0) >= (b.group?.r ?? 0) ? a : b), null);
  let least = Infinity;
  for (const thing of from ? all : []) {
    const [x, y] = [thing.x - from.x, thing.y - from.y];
    const distance = Math.hypot(x, y);
    const along = (x * dx + y * dy) / distance;
    if (!(along > 0.45)) continue;
    const cost = distance / along ** 2;
    if (cost < least) [best, least] = [thing, cost];
  }
  if (!best) return;
  if (best.node) {
    go(null);
    update({ selection: { type: "node", id: best.node.id } });
  } else {
    if (state.selection) update({ selection: null });
    go(best.group);
  }
}

// Before pointer.js, which moves among single nodes, gets to hear of the key.
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key]) step(ARROWS[event.key]);
  else if (event.key === "Enter" && at) open(at);
  else if (event.key === "Backspace" && state.open.length) close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

if (groups.length) {
  byId("zoom").before(back);
  byId("map").addEventListener("keydown", press);
  byId("map").setAttribute("aria-label", `${byId("map").getAttribute("aria-label")} ${say("communitiesSay")}`);
  show();
  listen((changed) => {
    if (changed.has("open") || changed.has("table")) show();
    if (at && (changed.has("open") || changed.has("selection") || changed.has("story"))) {
      at = null;
      mark(null);
    }
    if (changed.has("open") && state.open.length) byId("live").textContent = say("communityOpen", { name: nameOf(groups[state.open.at(-1)]) });
  });
}
