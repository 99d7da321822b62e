// Drawing of one node and of one line's extras on the canvas.

import { NO_THREAD, threads, threadsOf } from "./data.js";
import { FIT, inkOf, letterOf, reach, sign, trace } from "./icons.js";
import { color, threadColor } from "./theme.js";
import { edgesOf } from "./view.js";

// The shares of the threads in a node's visible claims, in the order of the threads.
export function ring(node) {
  const count = new Map();
  for (const edge of edgesOf(node.id)) for (const thread of threadsOf(edge)) count.set(thread, (count.get(thread) ?? 0) + 1);
  const loose = count.get(NO_THREAD);
  // A claim outside all threads shows only where there is no other.
  if (count.size > 1 && loose) count.delete(NO_THREAD);
  return [...threads, NO_THREAD].filter((thread) => count.has(thread)).map((thread) => [thread, count.get(thread)]);
}

function outline(ctx, kind, x, y, r) {
  ctx.beginPath();
  trace(ctx, kind, x, y, r);
}

/** Paint a node: `strong` when it is selected or under the pointer, `scale` the zoom, `shares` from `ring`. */
export function paintNode(ctx, node, { x, y, r, alpha, selected, strong, scale, shares }) {
  ctx.save();
  ctx.globalAlpha = alpha;
  if (selected) {
    ctx.globalAlpha = alpha * 0.25;
    outline(ctx, node.kind, x, y, r + 8);
    ctx.fillStyle = color.accent;
    ctx.fill();
    ctx.globalAlpha = alpha;
  }
  outline(ctx, node.kind, x, y, r + 3);
  ctx.fillStyle = color.paper;
  ctx.globalAlpha = 1;
  ctx.fill();
  ctx.globalAlpha = alpha;
  outline(ctx, node.kind, x, y, r);
  ctx.fillStyle = node.persona || node.unknown ? color.veil : color.node;
  ctx.fill();
  if (r * scale > 6) paintSign(ctx, node, x, y, r);
  ctx.lineWidth = strong ? 4.4 : 3.2;
  if (node.persona || node.unknown) ctx.setLineDash([5, 3.4]);
  paintRing(ctx, node.kind, x, y, r, shares);
  ctx.restore();
}

export function paintSign(ctx, node, x, y, r) {
  ctx.fillStyle = inkOf(node, color.icon);
  const letter = letterOf(node);
  if (letter) {
    ctx.font = `500 ${r * (node.unknown ? 1.45 : 1.15)}px ${color.serif}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(letter, x, y + r * 0.08);
    return;
  }
  const { name, path } = sign(node);
  const [size, down] = FIT[name];
  ctx.save();
  if (name === "person") {
    outline(ctx, node.kind, x, y, r);
    ctx.clip();
  }
  ctx.translate(x, y + down * r);
  const k = (size * r) / (name === "person" ? 13.5 : 12);
  ctx.scale(k, k);
  ctx.translate(-12, name === "person" ? -12.4 : -12);
  ctx.fill(path, "evenodd");
  ctx.restore();
}

function paintRing(ctx, kind, x, y, r, shares) {
  outline(ctx, kind, x, y, r);
  if (shares.length < 2) {
    ctx.strokeStyle = shares.length ? threadColor(shares[0][0]) : color.line;
    ctx.stroke();
    return;
  }
  const total = shares.reduce((sum, [, n]) => sum + n, 0);
  let from = -Math.PI / 2;
  for (const [thread, n] of shares) {
    const to = from + (2 * Math.PI * n) / total;
    ctx.save();
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.arc(x, y, r * 2, from, to);
    ctx.closePath();
    ctx.clip();
    outline(ctx, kind, x, y, r);
    ctx.strokeStyle = threadColor(thread);
    ctx.stroke();
    ctx.restore();
    from = to;
  }
}

// A persona and the one behind it belong together: a broad soft band below everything else.
export function paintBond(ctx, a, b, width, alpha) {
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = color.bond;
  ctx.lineWidth = width;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.moveTo(a.x, a.y);
  ctx.lineTo(b.x, b.y);
  ctx.stroke();
  ctx.restore();
}

// A small cross on a line that turned out false.
export function paintCross(ctx, { x, y }, size, alpha) {
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = color.refuted;
  ctx.lineWidth = size / 3;
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
  ctx.restore();
}

export const border = (kind, r, angle) => reach(kind, r, angle) + 3;
