// A crowded map as SVG, drawn by its own rules: thin lines, dots where nodes are small, discs for closed communities.

import { FAINT, box, look, network, onLine, radius, spot } from "./canvas.js";
import { DETAIL, discAlpha, discRadius, groupPlace, now, sumLook } from "./crowd.js";
import { nodeById } from "./data.js";
import { nameOf } from "./discs.js";
import { svg } from "./dom.js";
import { band, clean, cross, dashed, n, xy } from "./ink.js";
import { color } from "./theme.js";
import { endsOf, isLit, view } from "./view.js";

const at = (place) => network.canvasToDOM(place);
const near = ({ x, y }, r) => x + r > 0 && y + r > 0 && x - r < box.clientWidth && y - r < box.clientHeight;
// A line with both ends beyond the same side is not to be seen.
const beyond = (a, b) => Math.max(a.x, b.x) < 0 || Math.max(a.y, b.y) < 0 || Math.min(a.x, b.x) > box.clientWidth || Math.min(a.y, b.y) > box.clientHeight;

function course(edge, scale) {
  const [from, to] = endsOf(edge);
  const [a, b] = [from, to].map((id) => at(spot(id)));
  if (from === to) {
    const [p, q] = [onLine(edge, 0), onLine(edge, 0.5)].map(at);
    const r = n((p.x - q.x) / 2);
    return near(q, 2 * r) ? `M${xy(p)}a${r} ${r} 0 1 1 ${-2 * r} 0a${r} ${r} 0 1 1 ${2 * r} 0` : "";
  }
  if (beyond(a, b)) return "";
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const back = (radius(nodeById.get(to)) + 3) * scale;
  const [tip, size] = [{ x: b.x - dx * back, y: b.y - dy * back }, 7 * look.size * scale];
  const barb = (turn) => xy({ x: tip.x - dx * size - turn * dy * size * 0.4, y: tip.y - dy * size + turn * dx * size * 0.4 });
  return `M${xy(a)}L${xy(b)}${scale > 0.45 ? `M${barb(1)}L${xy(tip)}L${barb(-1)}` : ""}`;
}

const circle = (group, r, scale, look) => {
  const { x, y } = at(groupPlace(group));
  return svg("circle", { cx: n(x), cy: n(y), r: n(r * scale), ...look }, svg("title", {}, clean(nameOf(group))));
};

/** Communities and the lines between them. */
export function ground(scale) {
  const all = now();
  return [
    svg("g", { stroke: color.muted }, all.sums.map((sum) => {
      const [a, b] = [sum.a, sum.b].map(at);
      const { alpha, width } = sumLook(sum.n, all);
      return beyond(a, b) ? null : svg("path", { d: `M${xy(a)}L${xy(b)}`, opacity: alpha.toFixed(3), "stroke-width": n(width) });
    })),
    all.rims.map((group) => circle(group, group.r * look.size, scale, { fill: color.panel, "fill-opacity": 0.88, stroke: color.line, "stroke-width": 1.5 })),
    all.discs.flatMap((group) => [circle(group, discRadius(group), scale, { fill: color.paper }), circle(group, discRadius(group), scale, { fill: color.node, stroke: color.muted, "stroke-width": 2, opacity: discAlpha(group) })]),
  ];
}

function lines(all, scale, shown) {
  const thin = Math.min(1.8 * scale, 1);
  const its = (edge) => isLit("edges", edge.id) === shown;
  return [
    all.bonds.filter(its).map((edge) => band(...endsOf(edge).map(spot).map(at), 22 * look.size * scale)),
    all.strokes.filter(({ lit }) => lit === shown).map(({ color: stroke, dash, lit, edges }) => svg("g", { stroke, fill: "none", opacity: lit ? (view.light ? 1 : 0.6) : FAINT,
      "stroke-width": n(view.light && lit ? Math.max(1.8 * scale, 1.6) : thin), "stroke-dasharray": scale > 0.45 ? dashed(dash && dash.map((part) => n(part * scale))) : null },
    edges.map((edge) => course(edge, scale)).filter(Boolean).map((d) => svg("path", { d })))),
    scale > 0.3 && all.crosses.filter(its).map((edge) => svg("path", { d: cross(at(onLine(edge, 0.5)), 5 * look.size * scale), stroke: color.refuted,
      "stroke-width": n(5 / 3 * look.size * scale), opacity: isLit("edges", edge.id) ? null : FAINT })),
  ];
}

// Those too small for their sign are dots of their foremost thread's colour.
function marks(all, scale, shown, shape) {
  return all.dots.filter(({ alpha }) => (alpha === 1) === shown).map(({ ink, alpha, nodes }) => nodes.map((node, i) => {
    const [{ x, y }, r] = [at(spot(node.id)), radius(node) * scale];
    if (!near({ x, y }, r + 12)) return null;
    return r > DETAIL ? shape(node, scale, `${ink}-${alpha}-${i}`.replace(/\W/g, "_"))
      : svg("circle", { cx: n(x), cy: n(y), r: n(r), fill: ink, opacity: alpha < 1 ? alpha : null }, svg("title", {}, clean(node.label)));
  }));
}

/** The claims and the nodes that are drawn, what steps back below what stands in the light; `shape` draws a node. */
export const figures = (scale, shape) => [false, true].flatMap((shown) => [...lines(now(), scale, shown), ...marks(now(), scale, shown, shape)]);
