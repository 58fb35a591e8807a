// Builds the desk into service/desk/, or with a folder as argument into that: the same bytes from the same sources.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "..", "service", "desk"));

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { desk: "src/main.tsx", style: "styles/desk.css" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  charset: "utf8",
});
await copyFile(join(here, "index.html"), join(out, "index.html"));
await copyFile(join(here, "icon.svg"), join(out, "icon.svg"));
