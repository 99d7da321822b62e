// What the map draws one by one now: all that passes the filters, on a map of communities only what is open or lit.

import { CROWD } from "./canvas.js";
import { now } from "./crowd.js";
import { isLine, story, view } from "./view.js";

/** { single: claims, nodes, discs: closed communities, rims: open ones, sums: lines between those }; for a crowd more. */
export const drawn = () => (CROWD ? now() : { single: view.edges.filter(isLine), nodes: story.nodes, discs: [], rims: [], sums: [] });
