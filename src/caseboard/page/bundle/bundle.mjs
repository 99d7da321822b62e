// Builds what the page is made of, from pinned versions; run it after a change to js/ or package.json:
//
//     node src/caseboard/page/bundle/bundle.mjs
//
// It installs into a folder under the system's temporary directory, never into the checkout, and writes
//   vendor/vis-network.js   vis-network and vis-data with what they need, one script, global `vis`
//   vendor/licences/        the licence text of each package in it
//   vendor/VENDORED.md      versions and digests
//   static/page.js          our own modules from js/, one script
//   fonts/                  subsets of the fonts, with their licence
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const page = dirname(here);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const FONTS = [
  ["inter", "inter-latin-400-normal", "sans-400.woff2"],
  ["inter", "inter-latin-600-normal", "sans-600.woff2"],
  ["eb-garamond", "eb-garamond-latin-500-normal", "serif-500.woff2"],
  ["eb-garamond", "eb-garamond-latin-400-italic", "serif-400-italic.woff2"],
];
const span = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join("");
const GLYPHS = span(0x20, 0x7e) + span(0xa0, 0xff) + "–—‘’‚“”„…•→←↔™ŒœŠšŽžŸ";

function install() {
  const lock = readFileSync(join(here, "package-lock.json"));
  const folder = join(tmpdir(), `caseboard-page-${sha256(lock).slice(0, 16)}`);
  if (!existsSync(join(folder, "done"))) {
    mkdirSync(folder, { recursive: true });
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(here, name), join(folder, name));
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
    writeFileSync(join(folder, "done"), "");
  }
  return folder;
}

// A bundle is put inline into the page, so nothing in it may end or hide a script element.
function safe(name, text) {
  if (/<\/script|<!--/i.test(text)) throw new Error(`${name} contains </script or <!--`);
  return text;
}

function sourceDigest() {
  const all = createHash("sha256");
  for (const name of readdirSync(join(page, "js")).sort()) {
    all.update(`${name}\0`).update(readFileSync(join(page, "js", name))).update("\0");
  }
  return all.digest("hex");
}

const folder = install();
const need = createRequire(join(folder, "package.json"));
const esbuild = need("esbuild");
const version = (name) => JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"))).version;
const bundle = async (options) => {
  const result = await esbuild.build({
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    write: false,
    ...options,
  });
  return result.outputFiles[0].text;
};

const sources = (name) => {
  const inside = join(folder, "node_modules", name, "esnext", "esm");
  return readdirSync(inside).filter((file) => /\.m?js$/.test(file)).map((file) => readFileSync(join(inside, file), "utf8"));
};
const packages = Object.keys(JSON.parse(readFileSync(join(here, "package.json"))).dependencies).filter(
  (name) => !name.startsWith("@fontsource/"),
);
const list = packages.map((name) => `${name} ${version(name)}`).join(", ");
// vis-network keeps its insides under names that begin with "_", 11 kB of them. They get short ones, but for those
// that something names in a string, or that our modules use.
const insides = [...sources("vis-network"), ...sources("vis-data"), ...sources("vis-util")].flatMap((text) => [...text.matchAll(/["'`](_\w+)["'`]/g)]);
const used = readdirSync(join(page, "js")).flatMap((name) => [...readFileSync(join(page, "js", name), "utf8").matchAll(/\.(_\w+)/g)]);
const kept = [...new Set([...insides, ...used].map((match) => match[1]))];
// It also brings its words for editing in eleven languages, two file formats, an editor, a panel of its options and a
// layout; the page edits nothing, reads neither format and is laid out in Python.
const slim = {
  name: "slim",
  setup(build) {
    build.onLoad({ filter: /vis-network\.m?js$/ }, ({ path }) => {
      const cut = (text, pattern, instead) => {
        if (!pattern.test(text)) throw new Error(`vis-network is not as it was: nothing matches ${pattern}`);
        return text.replace(pattern, instead);
      };
      let contents = readFileSync(path, "utf8");
      contents = cut(contents, /(var locales = [^{]*\{)[^}]*(\})/, "$1 en: en $2");
      contents = cut(contents, /(= )DOTToGraph\(data\.dot\)/, "$1undefined");
      contents = cut(contents, /(= )parseGephi\(data\.gephi\)/, "$1undefined");
      contents = cut(contents, /(\nclass ManipulationSystem \{)[^]*?(\n\}\n)/, "$1 setOptions() {} $2");
      contents = cut(contents, /\n( +)if \("configure" in options\) \{[^]*?\n\1\}\n[^]*?\n\1\}\n/, "\n");
      contents = cut(contents, /new KamadaKawai\(.*?\)/, "undefined");
      return { contents };
    });
  },
};
const vis = safe(
  "vis-network",
  await bundle({
    plugins: [slim],
    mangleProps: /^_[A-Za-z]/,
    reserveProps: new RegExp(`^(${kept.join("|")})$`),
    stdin: {
      contents: `export { Network } from "vis-network/esnext"; export { DataSet } from "vis-data/esnext";`,
      resolveDir: folder,
    },
    globalName: "vis",
    banner: { js: `/* ${list}; MIT; licence texts in vendor/licences of caseboard */` },
  }),
);
const ours = safe(
  "page.js",
  await bundle({
    entryPoints: [join(page, "js", "main.js")],
    banner: { js: `/* caseboard page; MIT; bundled from js/, sources sha256:${sourceDigest()} */` },
  }),
);

for (const name of ["vendor", "static", "fonts"]) {
  rmSync(join(page, name), { recursive: true, force: true });
  mkdirSync(join(page, name), { recursive: true });
}
mkdirSync(join(page, "vendor", "licences"));
for (const name of packages) {
  const root = join(folder, "node_modules", name);
  const files = readdirSync(root).filter((file) => /^licen[cs]e/i.test(file) && !/apache/i.test(file));
  if (files.length !== 1) throw new Error(`${name}: expected one MIT licence text, found ${files}`);
  cpSync(join(root, files[0]), join(page, "vendor", "licences", `${name.replace(/[@/]+/g, "-").replace(/^-/, "")}.txt`));
}
writeFileSync(join(page, "vendor", "vis-network.js"), vis);
writeFileSync(join(page, "static", "page.js"), ours);

const subset = need("subset-font");
const fontRows = [];
for (const [family, file, target] of FONTS) {
  const source = join(folder, "node_modules", "@fontsource", family);
  const bytes = await subset(readFileSync(join(source, "files", `${file}.woff2`)), GLYPHS, {
    targetFormat: "woff2",
    noLayoutClosure: true,
    // Pairs of letters are set tighter in headings only: for small text that would be 3 kB more a font.
    dropTables: target.startsWith("serif-500") ? [] : ["GPOS"],
  });
  writeFileSync(join(page, "fonts", target), bytes);
  cpSync(join(source, "LICENSE"), join(page, "fonts", `OFL-${family}.txt`));
  fontRows.push(`| fonts/${target} | @fontsource/${family} ${version(`@fontsource/${family}`)}, ${file} | OFL-1.1 | ${sha256(bytes)} |`);
}

writeFileSync(
  join(page, "vendor", "VENDORED.md"),
  `# What the page carries that others wrote

Rebuilt, this file included, by \`node src/caseboard/page/bundle/bundle.mjs\` (Node 20 or newer); versions are
pinned in \`bundle/package-lock.json\`.

| file | made of | licence | sha256 |
|---|---|---|---|
| vendor/vis-network.js | ${list} (esnext builds, bundled without its editor, option panel, layout, other locales and file formats by esbuild ${version("esbuild")}) | MIT, texts in licences/ | ${sha256(vis)} |
${fontRows.join("\n")}
`,
);
console.log(`vis-network.js ${vis.length} bytes, page.js ${ours.length} bytes`);
