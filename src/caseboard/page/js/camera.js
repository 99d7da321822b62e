// Where on the map we look, and when its names have to be placed anew.

import { box, look, network, radius, spot } from "./canvas.js";
import { edgeById, edges, nodeById } from "./data.js";
import { caption, settle } from "./names.js";
import { discRadius, groupPlace } from "./crowd.js";
import { groups, inStory } from "./groups.js";
import { motion } from "./motion.js";
import { open } from "./room.js";
import { state, update } from "./state.js";
import { endsOf, story, view } from "./view.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
let moving = false;
let stale = true;

export const resting = () => !moving && !stale;

export function redraw() {
  stale = true;
  network.redraw();
}

/** Place the names if the map has changed and has come to rest. */
export function refresh() {
  if (!stale || moving) return;
  stale = false;
  settle();
}

/** Show these nodes with their names in the open part, at most at this zoom. */
export function fit(ids, how) {
  // Of very many, not all names find a place anyway.
  const name = ids.length > 200 ? () => ({ w: 0, h: 0 }) : (node) => caption(node);
  fitThings(ids.map((id) => ({ x: spot(id).x, y: spot(id).y, r: radius(nodeById.get(id)), ...name(nodeById.get(id)) })), how);
}

function fitThings(things, { most = 1.3, animate = true } = {}) {
  if (!things.length) return;
  const area = open();
  const extent = (scale) => ({
    x0: Math.min(...things.map(({ x, r, w }) => x * scale - Math.max(r * scale, w / 2))),
    x1: Math.max(...things.map(({ x, r, w }) => x * scale + Math.max(r * scale, w / 2))),
    y0: Math.min(...things.map(({ y, r }) => (y - r) * scale)),
    y1: Math.max(...things.map(({ y, r, h }) => (y + r) * scale + h + 6)),
  });
  let [low, high] = [0.02, most];
  for (let i = 0; i < 24; i++) {
    const scale = (low + high) / 2;
    const { x0, x1, y0, y1 } = extent(scale);
    if (x1 - x0 <= area.right - area.left && y1 - y0 <= area.bottom - area.top) low = scale;
    else high = scale;
  }
  const { x0, x1, y0, y1 } = extent(low);
  const middle = { x: (area.left + area.right - box.clientWidth) / 2, y: (area.top + area.bottom - box.clientHeight) / 2 };
  const position = { x: ((x0 + x1) / 2 - middle.x) / low, y: ((y0 + y1) / 2 - middle.y) / low };
  move({ position, scale: low }, animate);
}

/** Look where the viewer looked. */
export function goTo({ x, y, zoom: scale }, { animate = true } = {}) {
  const at = network.getViewPosition();
  if (Math.abs(at.x - x) < 0.1 && Math.abs(at.y - y) < 0.1 && Math.abs(network.getScale() - scale) < 0.001) return redraw();
  return move({ position: { x, y }, scale }, animate);
}

/** Remember where the viewer has moved the map to. */
export function remember() {
  const { x, y } = network.getViewPosition();
  update({ camera: { x, y, zoom: network.getScale() } });
}

function move(target, animate) {
  own = false;
  goal = null;
  const glide = animate && !still.matches && edges.length <= 1000;
  network.moveTo({ ...target, animation: glide ? { duration: 320, easingFunction: "easeInOutQuad" } : false });
  // Only now: a glide that this one cuts short has just said that it is finished.
  moving = glide;
  motion.glides = glide;
  if (glide) goal = target;
  if (!glide) redraw();
}
let own = false; // whether the glide on its way is what the viewer asked for
let goal = null;
network.on("animationFinished", () => {
  moving = false;
  motion.glides = false;
  // vis-network lands about a pixel beside where it was sent.
  if (goal) network.moveTo({ ...goal, animation: false });
  redraw();
  if (own) remember();
  own = false;
});
function byViewer(go) {
  go();
  own = moving;
  if (!own) remember();
}

export const zoom = (factor) => byViewer(() => move({ scale: Math.min(4, Math.max(0.02, network.getScale() * factor)) }, true));
// Where the map looks by itself depends on the story and the selection alone, so that an address leads to the same
// place on whatever way one came; filters leave the map where it is.
const ids = (list) => list.map((node) => node.id);
function around({ type, id, ids: several }) {
  if (several) return several;
  const near = type === "edge" ? [edgeById.get(id)] : nodeById.get(id).edges;
  return [...new Set([...(type === "node" ? [id] : []), ...near.flatMap(endsOf)])];
}
export function fitSelection(how) {
  // Without a selection it is a path between two that is lit.
  const lit = state.selection ? around(state.selection) : [...(view.light?.nodes ?? [])];
  if (lit.length) fit(lit, { most: 1.25, ...how });
  else if (groups.length) fitGroups(how);
  else fit(ids(story.nodes), how);
}

const disc = (group, r) => ({ x: groupPlace(group).x, y: groupPlace(group).y, r, w: 0, h: 0 });
// The community that was opened last, or all of them.
function fitGroups(how) {
  if (state.open.length) return fitThings([disc(groups[state.open.at(-1)], groups[state.open.at(-1)].r * look.size)], how);
  return fitThings(inStory().map((group) => disc(group, discRadius(group))), how);
}

/** Show all that passes the filters. */
export function showAll() {
  const whole = !view.light && view.nodes.length === story.nodes.length;
  if (whole) update({ camera: null, open: [] });
  else if (groups.length && !state.selection) byViewer(() => fitGroups());
  else byViewer(() => fit(ids(view.nodes.length ? view.nodes : story.nodes)));
}
