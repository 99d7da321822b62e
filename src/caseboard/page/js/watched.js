// How far the viewer has watched: asked once, then a slider over the reveal points; and whether masks stay on.

import { points } from "./data.js";
import { button, byId, el } from "./dom.js";
import { listen, state, update } from "./state.js";
import { story } from "./story.js";
import { say } from "./words.js";

const slider = byId("point");
const asked = byId("asked");
const EVERYTHING = points.length;

const nameOf = (step) => (step === EVERYTHING ? say("everything") : points[step]);
const stepOf = () => state.point ?? EVERYTHING;
const choose = (step) => update({ point: step === EVERYTHING ? null : step, asking: false });

slider.max = String(EVERYTHING);
slider.addEventListener("input", () => choose(Number(slider.value)));
byId("apart").addEventListener("change", () => update({ apart: byId("apart").checked }));

byId("steps").append(...Array.from({ length: EVERYTHING + 1 }, () => el("i")));

asked.querySelector(".answers").append(...[...points.keys(), EVERYTHING].map((step) =>
  button({ class: step === EVERYTHING ? "button all" : "button", onclick: () => {
    const inside = asked.contains(document.activeElement);
    choose(step);
    if (inside) byId("map").focus({ preventScroll: true });
  } }, nameOf(step))));

export function showWatched() {
  const step = stepOf();
  byId("watched").hidden = points.length < 2;
  asked.hidden = !state.asking;
  document.body.classList.toggle("asking", state.asking);
  slider.value = String(step);
  slider.setAttribute("aria-valuetext", nameOf(step));
  byId("reached").textContent = nameOf(step);
  [...byId("steps").children].forEach((mark, i) => mark.classList.toggle("passed", i <= step));
  byId("masks").hidden = story.foldable === 0;
  byId("apart").checked = state.apart;
}

listen((changed) => {
  if (!changed.has("story") && !changed.has("asking")) return;
  showWatched();
});
