// The map as a whole: what is drawn in which order, and how it follows the state of the page.

import { CROWD, FAINT, alphaOf, box, look, network, onLine, onScreen, radius, readRings, repaintEdges, resized, retell, spot } from "./canvas.js";
import { fitSelection, goTo, redraw, refresh, resting } from "./camera.js";
import { paintCrowd } from "./crowd.js";
import { discsOnScreen } from "./discs.js";
import { isShown } from "./groups.js";
import { drawNames, forget, labels, verbs } from "./names.js";
import { paintBond, paintCross } from "./paint.js";
import { nodeById } from "./data.js";
import { leave } from "./pointer.js";
import { covers } from "./room.js";
import { listen, state } from "./state.js";
import { edgeColor } from "./theme.js";
import { endsOf, isLine, isLit, story, view } from "./view.js";

network.on("beforeDrawing", (ctx) => {
  if (CROWD) {
    paintCrowd(ctx);
    return;
  }
  for (const edge of view.edges) {
    if (!edge.identity || !isLine(edge)) continue;
    paintBond(ctx, ...endsOf(edge).map(spot), 22 * look.size, isLit("edges", edge.id) ? 1 : 0.25);
  }
});
network.on("afterDrawing", (ctx) => {
  for (const edge of CROWD ? [] : view.edges) {
    if (edge.status === "refuted" && isLine(edge)) paintCross(ctx, onLine(edge, 0.5), 5 * look.size, isLit("edges", edge.id) ? 1 : FAINT);
  }
  refresh();
  drawNames(ctx);
});

listen((changed) => {
  const filtered = changed.has("view");
  if (filtered) readRings();
  const turned = changed.has("selection") || changed.has("pair");
  if (turned || changed.has("story") || changed.has("open")) {
    leave();
    forget();
  }
  if (changed.has("story")) retell();
  else if (filtered || turned || changed.has("theme")) repaintEdges();
  if (changed.has("camera") && state.camera) goTo(state.camera);
  else if (["selection", "pair", "tab", "story", "asking", "camera", "open"].some((name) => changed.has(name))) fitSelection();
  else if (filtered || changed.has("theme")) redraw();
});

new ResizeObserver(() => {
  if (!box.clientWidth || !box.clientHeight) return;
  resized();
  if (state.camera) goTo(state.camera, { animate: false });
  else fitSelection({ animate: false });
}).observe(box);

/** Draw the map at twice its size and give the canvas to `use`; the map on the screen stays as it is. */
export function atDouble(use) {
  const { canvas } = network;
  const shown = box.querySelector("canvas");
  const before = { ratio: canvas.pixelRatio, width: shown.width, height: shown.height };
  canvas.pixelRatio = 2;
  shown.width = box.clientWidth * 2;
  shown.height = box.clientHeight * 2;
  network.renderer._redraw();
  const result = use(shown);
  canvas.pixelRatio = before.ratio;
  shown.width = before.width;
  shown.height = before.height;
  network.renderer._redraw();
  return result;
}

/** Where everything is on the screen, in pixels of the map; for measuring. */
export function inspect() {
  const scale = network.getScale();
  const at = onScreen;
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    resting: resting(),
    covers: covers(),
    groups: discsOnScreen(),
    nodes: story.nodes.filter(isShown).map((node) => ({ id: node.id, ...at(node.id), r: radius(node) * scale, lit: alphaOf(node) === 1 })),
    labels: [...labels].filter(([id]) => nodeById.has(id)).map(([id, { dx, dy, w, h, lines }]) => ({ id, lines: lines.map((line) => line.text), box: [at(id).x + dx - w / 2, at(id).y + dy - h / 2, at(id).x + dx + w / 2, at(id).y + dy + h / 2] })),
    verbs: verbs.map(({ edge, t, w, h }) => {
      const { x, y } = network.canvasToDOM(onLine(edge, t));
      return { id: edge.id, text: edge.label, box: [x - w / 2, y - h / 2, x + w / 2, y + h / 2] };
    }),
    edges: view.edges.filter((edge) => isLine(edge) && endsOf(edge).every((id) => isShown(nodeById.get(id)))).map((edge) => ({ id: edge.id, status: edge.status, color: edgeColor(edge), ...network.canvasToDOM(onLine(edge, 0.5)) })),
  };
}
