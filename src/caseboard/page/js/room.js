// How much of the map can be seen beside the panels and buttons that lie over it.

import { box } from "./canvas.js";
import { byId } from "./dom.js";
import { state } from "./state.js";

const MARGIN = 10;

function below({ sheet, question, wide, beside }) {
  if (sheet) return sheet + MARGIN;
  if (question) return question + (wide ? 22 : MARGIN) + MARGIN;
  return wide && !beside ? 52 : MARGIN;
}

// The part of the map that nothing covers.
export function open() {
  const [w, h] = [box.clientWidth, box.clientHeight];
  const wide = innerWidth > 820;
  const details = byId("details");
  const beside = (state.selection || state.pair) && wide ? details.offsetWidth : 0;
  const sheet = wide || state.tab === "map" ? 0 : byId(state.tab).offsetHeight;
  const question = byId("asked").offsetHeight;
  return { left: MARGIN, right: w - beside - MARGIN, top: wide ? 18 : 60, bottom: h - below({ sheet, question, wide, beside }) };
}

// What lies over the map, as boxes in its pixels; names stay clear of it.
export function covers() {
  const at = box.getBoundingClientRect();
  // A panel that is still sliding counts as where it will be, so the panels are not asked but `open` is.
  const { left, top, right, bottom } = open();
  const far = 1e4;
  const panels = [[-far, -far, left - MARGIN, far], [right + MARGIN, -far, far, far], ...(state.tab !== "map" && innerWidth <= 820 ? [[-far, bottom + MARGIN, far, far]] : [])];
  return ["tools", "zoom", "hint", "asked", "close-community"].map(byId).filter(Boolean).concat(document.querySelector(".phone-title"))
    .map((element) => element.getBoundingClientRect()).filter((rect) => rect.width > 0)
    .map((rect) => [rect.left - at.left - 4, rect.top - at.top - 4, rect.right - at.left + 4, rect.bottom - at.top + 4])
    .concat(panels.map(([x0, y0, x1, y1]) => [Math.max(0, x0), Math.max(0, y0), Math.min(at.width, x1), Math.min(at.height, y1)]))
    .filter(([x0, y0, x1, y1]) => x1 > x0 && y1 > y0);
}
