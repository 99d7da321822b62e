// The names on the discs of closed communities: the most linked members, and how many there are.

import { look, network } from "./canvas.js";
import { discRadius, groupPlace } from "./crowd.js";
import { groups, inStory, isOpen, known } from "./groups.js";
import { breakLines, Taken } from "./labels.js";
import { color } from "./theme.js";
import { view } from "./view.js";
import { countNodes, say } from "./words.js";

const TOP = 3;

export let discLabels = []; // { group, lines, dx, dy, w, h } around the middle of the disc, in pixels

export const nameOf = (group) => say("community", {
  names: known(group).members.slice(0, TOP).map(({ label }) => label).join(", "), n: countNodes(known(group).members.length),
});

function lettering(group, most, measure) {
  const [bold, plain] = [`600 ${look.font}px ${color.sans}`, `400 ${look.font - 1.5}px ${color.sans}`];
  const { members } = known(group);
  const lines = members.slice(0, most).flatMap(({ label }) => breakLines(label, look.wrap, measure(bold), 1))
    .map((text) => ({ text, font: bold, ink: "ink" }));
  lines.push({ text: String(members.length), font: plain, ink: "muted" });
  return { lines, w: Math.max(...lines.map(({ text, font }) => measure(font)(text))) + 4, h: lines.length * look.font * 1.2 + 2 };
}

// The words to try, each with how far below the middle.
function ways(group, r, measure) {
  const words = lettering(group, r > 30 ? 2 : 1, measure);
  const beside = r + words.h / 2 + 3;
  return [[words, [0, beside, -beside]], [lettering(group, 0, measure), [0]]];
}

/** Place the names, the largest community first; returns the boxes that they take. */
export function placeDiscNames(measure, blocked, frame) {
  discLabels = [];
  if (!groups.length || view.light) return [];
  const [taken, marks] = [new Taken(), new Taken()];
  for (const box of blocked) taken.add(box);
  const scale = network.getScale();
  const boxes = [];
  const list = inStory().filter((group) => !isOpen(group) && known(group).passing > 0);
  for (const group of list) {
    const { x, y } = network.canvasToDOM(groupPlace(group));
    // A square within the disc: names may touch its rim.
    const r = 0.8 * discRadius(group) * scale;
    marks.add([x - r, y - r, x + r, y + r], group);
  }
  for (const group of list.sort((a, b) => known(b).members.length - known(a).members.length)) {
    const { x, y } = network.canvasToDOM(groupPlace(group));
    const r = discRadius(group) * scale;
    // Where the names find no place, the number of members does.
    for (const [words, dys] of ways(group, r, measure)) {
      const fits = (box, dy) => !(box[0] < frame[0] || box[1] < frame[1] || box[2] > frame[2] || box[3] > frame[3])
        && (dy !== 0 || words.h <= 2 * r) && !taken.hits(box) && !marks.hits(box, group);
      const found = dys.map((dy) => ({ dy, box: [x - words.w / 2, y + dy - words.h / 2, x + words.w / 2, y + dy + words.h / 2] }))
        .find(({ dy, box }) => fits(box, dy));
      if (!found) continue;
      taken.add(found.box);
      boxes.push(found.box);
      discLabels.push({ group, ...words, dx: 0, dy: found.dy });
      break;
    }
  }
  return boxes;
}

/** Where the closed communities and their names are on the screen. */
export const discsOnScreen = () => (groups.length ? inStory() : []).map((group) => {
  const { x, y } = network.canvasToDOM(groupPlace(group));
  const { lines, dy, w, h } = discLabels.find((label) => label.group === group) ?? {};
  return {
    number: group.number, x, y, r: discRadius(group) * network.getScale(), open: isOpen(group), members: known(group).members.length,
    lines: lines?.map(({ text }) => text) ?? [], box: lines ? [x - w / 2, y + dy - h / 2, x + w / 2, y + dy + h / 2] : null,
  };
});
