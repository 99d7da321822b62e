// The drawing surface: vis-network draws the lines and knows what is under the pointer, nodes are painted by us.

import { edges, nodeById, nodes, options, sizes } from "./data.js";
import { byId } from "./dom.js";
import { border, paintNode, ring } from "./paint.js";
import { isSelected } from "./state.js";
import { dashes, edgeColor } from "./theme.js";
import { endsOf, isLine, isLit, story, view } from "./view.js";

const { DataSet, Network } = globalThis.vis;
export const box = byId("canvas");
export const FAINT = 0.13;
export const LOOP = 18; // radius of a line from something to itself
export const MANY = 300; // with more lines than this, detail gives way to speed
// vis-network then only keeps the camera: it takes too long over each thing it is given. See crowd.js.
export const CROWD = edges.length > MANY;

export const tall = () => box.clientHeight > box.clientWidth;
const style = () => (tall() ? { size: 0.66, font: 11.5, wrap: 88 } : { size: 1, font: 13.5, wrap: 124 });
export let look = style();
let rings = new Map(); // node id -> its ring, found when it is first drawn
export function ringOf(id) {
  if (!rings.has(id)) rings.set(id, ring(nodeById.get(id)));
  return rings.get(id);
}

export const radius = (node) => sizes[Math.min(node.edges.length, sizes.length - 1)] * look.size;
export const place = (node) => (tall() ? { x: node.tallX, y: node.tallY } : { x: node.x, y: node.y });

// Lines between the same two lie side by side, bent like strings; a single one is straight.
function bends() {
  const groups = new Map();
  for (const edge of story.edges) if (isLine(edge)) groups.set(pair(edge), [...(groups.get(pair(edge)) ?? []), edge]);
  const bend = new Map();
  for (const list of groups.values()) {
    list.forEach((edge, i) => {
      const [from, to] = endsOf(edge);
      const turn = (i - (list.length - 1) / 2) * 0.22 * (from < to ? 1 : -1);
      bend.set(edge.id, turn === 0 ? { enabled: false }
        : { enabled: true, type: turn > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(turn) });
    });
  }
  return bend;
}
const pair = (edge) => JSON.stringify(endsOf(edge).sort());

// vis-network keeps things under their ids in plain objects, where "constructor" would find what it should not.
const inner = (id) => `.${id}`;
export const outer = (id) => id?.slice(1);

function edgeLook(edge) {
  const lit = isLit("edges", edge.id);
  const line = edgeColor(edge);
  return {
    id: inner(edge.id),
    ...hanging.get(edge.id),
    hidden: !view.edgeIds.has(edge.id) || !isLine(edge),
    dashes: dashes(edge.status),
    width: (view.light && lit ? 2.8 : 1.8) * (tall() ? 0.75 : 1),
    color: { color: line, highlight: line, hover: line, opacity: lit ? (view.light ? 1 : 0.72) : FAINT },
    arrows: { to: { enabled: true, scaleFactor: tall() ? 0.36 : 0.5 } },
  };
}

export const alphaOf = (node) => (view.nodeIds.has(node.id) && isLit("nodes", node.id) ? 1 : FAINT);

function drawNode({ ctx, id: shape, x, y, state: { hover } }) {
  const id = outer(shape);
  const node = nodeById.get(id);
  const r = radius(node);
  const selected = isSelected(id);
  return {
    drawNode: () => paintNode(ctx, node, {
      x, y, r, selected, alpha: alphaOf(node), strong: selected || hover, scale: network.getScale(), shares: ringOf(id),
    }),
    nodeDimensions: { width: 2 * r, height: 2 * r },
  };
}

// How the edges hang between the nodes, and which nodes there are, both as the story is told by now.
const where = (node) => ({ id: inner(node.id), ...place(node), hidden: !story.nodeIds.has(node.id) });
let hanging = new Map();
function hang() {
  const bend = bends();
  hanging = new Map(edges.map((edge) => {
    const [from, to] = endsOf(edge).map(inner);
    return [edge.id, { from, to, smooth: bend.get(edge.id) ?? { enabled: false } }];
  }));
}
// vis-network takes long over each thing that it is given, so it only gets what is not as it was.
const given = new Map();
const news = (things) => things.filter((thing) => {
  const now = JSON.stringify(thing);
  if (given.get(thing.id) === now) return false;
  given.set(thing.id, now);
  return true;
});
if (!CROWD) hang();
const nodeSet = new DataSet(CROWD ? [] : nodes.map((node) => ({ ...where(node), shape: "custom", ctxRenderer: drawNode })));
const edgeSet = new DataSet(CROWD ? [] : news(edges.map(edgeLook)).map((edge) => ({ ...edge, selfReference: { size: LOOP, angle: Math.PI / 4 } })));
export const readRings = () => { rings = new Map(); };
export const network = new Network(box, { nodes: nodeSet, edges: edgeSet }, { ...options, autoResize: false });

// vis-network takes a custom shape for a box; arrows should end at the outline that is really drawn.
if (!CROWD) for (const node of nodes) {
  network.body.nodes[inner(node.id)].shape.distanceToBorder = (_, angle) => border(node.kind, radius(node), angle);
}
// The canvas is a picture; keyboard and screen reader use what is around it.
box.querySelector(".vis-network").tabIndex = -1;
box.querySelector("canvas").tabIndex = -1;
box.querySelector("canvas").setAttribute("aria-hidden", "true");

/** Where the node is, in the coordinates of the layout, and on the screen. */
let places = new Map();
const settleDown = () => { places = new Map(nodes.map((node) => [node.id, place(node)])); };
if (CROWD) settleDown();
export const spot = (id) => (CROWD ? places.get(id) : network.body.nodes[inner(id)]);
export const onScreen = (id) => network.canvasToDOM(spot(id));
export const onLine = (edge, t) => (CROWD ? onStraight(edge, t) : network.body.edges[inner(edge.id)].edgeType.getPoint(t));
function onStraight(edge, t) {
  const [from, to] = endsOf(edge);
  const [a, b] = [spot(from), spot(to)];
  if (from !== to) return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
  const [r, turn] = [radius(nodeById.get(from)), 2 * Math.PI * t];
  return { x: a.x + r * 0.7 + 9 + LOOP * Math.cos(turn), y: a.y - r * 0.7 - 9 + LOOP * Math.sin(turn) };
}
export function repaintEdges() {
  if (!CROWD) edgeSet.update(news(edges.map(edgeLook)));
}
/** Draw the story as it is told by now. */
export function retell() {
  if (CROWD) return;
  nodeSet.update(nodes.map(where).filter(({ id, hidden }) => nodeSet.get(id).hidden !== hidden));
  hang();
  repaintEdges();
}

let turned = tall();
/** Take over a new size of the window; a screen that was turned gets the other layout. */
export function resized() {
  network.setSize("100%", "100%");
  look = style();
  if (tall() === turned) return;
  turned = tall();
  if (CROWD) {
    settleDown();
    return;
  }
  for (const node of nodes) network.moveNode(inner(node.id), place(node).x, place(node).y);
  repaintEdges();
}
