// Whether the map is on its way: a crowded one is then drawn with less detail, and whole again once it rests.

import { CROWD, network } from "./canvas.js";

const PAUSE = 150;
export const motion = { glides: false };
let pulled = false;
let timer = 0;

export const hurried = () => CROWD && (pulled || motion.glides);

function stir(after) {
  pulled = true;
  clearTimeout(timer);
  timer = setTimeout(() => {
    pulled = false;
    after?.();
  }, PAUSE);
}
// After a zoom the camera is remembered, which draws the map; a drag that only pauses is not over.
network.on("zoom", () => stir());
network.on("dragging", () => stir(() => network.redraw()));
network.on("dragEnd", () => {
  clearTimeout(timer);
  pulled = false;
});
