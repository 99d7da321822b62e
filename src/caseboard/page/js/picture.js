// The map as a picture at twice its size, with title and legend.

import { inkOf, outlineOf } from "./icons.js";
import { HEAD, heading, legend } from "./legend.js";
import { atDouble } from "./map.js";
import { paintBond, paintCross, paintSign } from "./paint.js";
import { color, dashes, threadColor } from "./theme.js";

const KEY_FONT = 13.5;
const pen = document.createElement("canvas").getContext("2d");

/** The width of a text in the legend. */
export function measure(text) {
  pen.font = `400 ${KEY_FONT}px ${color.sans}`;
  return pen.measureText(text).width;
}

function write(ctx, text, x, y, { font, fill = color.ink, most = undefined }) {
  ctx.font = font;
  ctx.fillStyle = fill;
  ctx.fillText(text, x, y, most);
}

const SIGNS = {
  thread(ctx, { value, x, y, mark }) {
    ctx.beginPath();
    ctx.roundRect(x + 6, y - 3, mark - 12, 6, 3);
    ctx.fillStyle = threadColor(value);
    ctx.fill();
  },
  status(ctx, { value, x, y, mark }) {
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + mark, y);
    ctx.setLineDash(dashes(value) || []);
    ctx.strokeStyle = value === "refuted" ? color.refuted : color.ink;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.setLineDash([]);
    if (value === "refuted") paintCross(ctx, { x: x + mark / 2, y }, 5, 1);
  },
  kind(ctx, { value, x, y, mark }) {
    const outline = new Path2D(outlineOf(value.kind, x + mark / 2, y, 9));
    const veiled = value.persona || value.unknown;
    ctx.fillStyle = veiled ? color.veil : color.node;
    ctx.fill(outline);
    ctx.save();
    ctx.textAlign = "center";
    paintSign(ctx, value, x + mark / 2, y, 9);
    ctx.restore();
    ctx.strokeStyle = inkOf(value, color.icon);
    ctx.lineWidth = 1.6;
    if (veiled) ctx.setLineDash([3, 2]);
    ctx.stroke(outline);
    ctx.setLineDash([]);
  },
  bond: (ctx, { x, y, mark }) => paintBond(ctx, { x: x + 8, y }, { x: x + mark - 8, y }, 14, 1),
  sum(ctx, { x, y, mark }) {
    ctx.save();
    ctx.globalAlpha = 0.6;
    ctx.fillStyle = color.muted;
    ctx.fillRect(x, y - 1.5, mark, 3);
    ctx.restore();
  },
  disc: (ctx, at) => disc(ctx, at, color.node, color.muted, 2),
  rim: (ctx, at) => disc(ctx, at, color.panel, color.line, 1.5),
};

function disc(ctx, { x, y, mark }, fill, stroke, width) {
  ctx.beginPath();
  ctx.arc(x + mark / 2, y, 9, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = width;
  ctx.stroke();
}

function compose(map) {
  const width = map.width / 2;
  const key = legend(width, measure);
  const picture = document.createElement("canvas");
  picture.width = map.width;
  picture.height = map.height + 2 * (HEAD + key.height);
  const ctx = picture.getContext("2d");
  ctx.fillStyle = color.paper;
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(map, 0, 2 * HEAD);
  ctx.scale(2, 2);
  ctx.textBaseline = "middle";
  const { title, counts, x } = heading();
  write(ctx, title, x, 26, { font: `500 28px ${color.serif}`, most: width - 2 * x });
  write(ctx, counts, x, 50, { font: `400 ${KEY_FONT}px ${color.sans}`, fill: color.muted });
  ctx.translate(0, HEAD + map.height / 2);
  for (const entry of key.placed) {
    SIGNS[entry.type](ctx, entry);
    for (const { text, x: left, y } of entry.lines) write(ctx, text, left, y, { font: `400 ${KEY_FONT}px ${color.sans}` });
  }
  return picture;
}

/** The picture as a canvas. */
export const picture = () => atDouble(compose);
