// The map as a picture at twice its size, with title and legend.

import { threads } from "./data.js";
import { byId, el } from "./dom.js";
import { atDouble } from "./map.js";
import { color, threadColor } from "./theme.js";
import { view } from "./view.js";

const HEAD = 128;
const FOOT = 84;

function compose(map) {
  const picture = document.createElement("canvas");
  picture.width = map.width;
  picture.height = map.height + HEAD + FOOT;
  const ctx = picture.getContext("2d");
  ctx.fillStyle = color.paper;
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(map, 0, HEAD);
  ctx.fillStyle = color.ink;
  ctx.textBaseline = "middle";
  ctx.font = `500 60px ${color.serif}`;
  ctx.fillText(document.title, 44, HEAD / 2 + 6, picture.width - 88);
  ctx.font = `400 27px ${color.sans}`;
  let x = 44;
  for (const thread of threads.filter((name) => view.edges.some((edge) => edge.threads.includes(name)))) {
    const width = ctx.measureText(thread).width;
    if (x + 56 + width > picture.width - 44) break;
    ctx.fillStyle = threadColor(thread);
    ctx.beginPath();
    ctx.roundRect(x, picture.height - FOOT / 2 - 6, 40, 12, 6);
    ctx.fill();
    ctx.fillStyle = color.ink;
    ctx.fillText(thread, x + 54, picture.height - FOOT / 2);
    x += 54 + width + 44;
  }
  return picture;
}

byId("picture").addEventListener("click", () => {
  atDouble(compose).toBlob((blob) => {
    const href = URL.createObjectURL(blob);
    const name = document.title.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").toLowerCase();
    el("a", { href, download: `${name || "case"}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10000);
  }, "image/png");
});
