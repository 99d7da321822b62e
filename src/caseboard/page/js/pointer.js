// The map by mouse, finger and keyboard.

import { CROWD, MANY, box, network, onLine, onScreen, outer, spot } from "./canvas.js";
import { openAt } from "./communities.js";
import { hit } from "./crowd.js";
import { redraw, remember, showAll, zoom } from "./camera.js";
import { nameOf } from "./discs.js";
import { edgeById, edges, nodeById } from "./data.js";
import { byId } from "./dom.js";
import { labels, verbs } from "./names.js";
import { state, update } from "./state.js";
import { endOf, view } from "./view.js";

// A name belongs to its node: a click on it counts.
function labelAt({ x, y }) {
  for (const [id, { dx, dy, w, h }] of labels) {
    const at = onScreen(id);
    if (Math.abs(at.x + dx - x) <= w / 2 && Math.abs(at.y + dy - y) <= h / 2) return id;
  }
  return null;
}
const verbAt = ({ x, y }) => verbs.find(({ edge, t, w, h }) => {
  const at = network.canvasToDOM(onLine(edge, t));
  return Math.abs(at.x - x) <= w / 2 && Math.abs(at.y - y) <= h / 2;
})?.edge.id;

function under({ nodes: [node], edges: [edge], pointer }) {
  const found = CROWD ? hit(pointer.canvas) : { node: outer(node), edge: outer(edge) };
  const id = view.nodeIds.has(found.node) ? found.node : labelAt(pointer.DOM);
  if (id !== null && id !== undefined && view.nodeIds.has(id)) return { type: "node", id };
  const line = verbAt(pointer.DOM) ?? found.edge;
  return line !== undefined && view.edgeIds.has(line) ? { type: "edge", id: line } : null;
}
network.on("click", (event) => {
  network.unselectAll();
  const selection = under(event);
  if (selection || !openAt(event.pointer.canvas)) update({ selection });
});

const tip = byId("tip");
function hover({ pointer: { DOM: { x, y } }, edge: id }) {
  const edge = edgeById.get(outer(id));
  if (!edge || !view.edgeIds.has(edge.id)) return;
  box.style.cursor = "pointer";
  if (state.selection?.id === edge.id) return;
  say({ x, y }, `${nodeById.get(edge.from).label} ${edge.label ?? edge.relation} ${nodeById.get(edge.to).label}`);
}
function say({ x, y }, words) {
  tip.textContent = words;
  tip.style.left = `${Math.min(box.clientWidth - 150, Math.max(150, x))}px`;
  tip.style.top = `${Math.max(70, y)}px`;
  tip.hidden = false;
}
export function leave() {
  tip.hidden = true;
  box.style.cursor = "";
}
network.on("hoverEdge", hover);
network.on("hoverNode", ({ node }) => { if (view.nodeIds.has(outer(node))) box.style.cursor = "pointer"; });
network.on("blurEdge", leave);
network.on("blurNode", leave);
network.on("dragStart", leave);
network.on("dragEnd", remember);

// vis-network knows nothing of what is on a crowded map.
if (CROWD) {
  box.addEventListener("mousemove", ({ offsetX: x, offsetY: y, buttons }) => {
    leave();
    if (buttons) return;
    const { node, edge, group } = hit(network.DOMtoCanvas({ x, y }));
    if (group || view.nodeIds.has(node)) box.style.cursor = "pointer";
    if (group) say({ x, y }, nameOf(group));
    if (edge !== undefined) hover({ pointer: { DOM: { x, y } }, edge: `.${edge}` });
  });
}

// Names are placed anew once a big map has come to rest; until then they stay where they were beside their nodes.
let rest = 0;
network.on("zoom", () => {
  if (edges.length <= MANY) redraw();
  clearTimeout(rest);
  rest = setTimeout(remember, 160);
});

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
byId("map").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key]) step(ARROWS[event.key]);
  else if (event.key === "Enter" && state.selection) byId("details").querySelector("button.link, button")?.focus();
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") showAll();
  else return;
  event.preventDefault();
});

function step([dx, dy]) {
  const visible = view.nodes;
  const { selection } = state;
  const from = selection && nodeById.get(selection.type === "edge" ? endOf(edgeById.get(selection.id).from) : (selection.id ?? selection.ids[0]));
  if (!from) {
    const first = visible.reduce((a, b) => (a && a.edges.length >= b.edges.length ? a : b), null);
    if (first) update({ selection: { type: "node", id: first.id } });
    return;
  }
  let best = null;
  for (const node of visible) {
    const [x, y] = [spot(node.id).x - spot(from.id).x, spot(node.id).y - spot(from.id).y];
    const distance = Math.hypot(x, y);
    const along = (x * dx + y * dy) / distance;
    if (node === from || !(along > 0.45)) continue;
    const cost = distance / along ** 2;
    if (!best || cost < best.cost) best = { cost, id: node.id };
  }
  if (best) update({ selection: { type: "node", id: best.id } });
}
