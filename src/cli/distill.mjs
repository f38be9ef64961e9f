/**
 * Starts the command line on a fresh clone: bundles it once with Vite, which knows the sources' globs and aliases, and
 * runs the bundle. It is kept under node_modules until a source file changes.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const cache = join(root, "node_modules/.cache/distill");

/** Changes with any source file, this one included. */
function stateOfSources() {
  const hash = createHash("sha256");
  const walk = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else {
        const { mtimeMs, size } = statSync(path);
        hash.update(`${path} ${mtimeMs} ${size}\n`);
      }
    }
  };
  for (const folder of ["shared", "data", "tensor", "engine", "cli"]) walk(join(root, "src", folder));
  hash.update(String(statSync(join(root, "package-lock.json")).mtimeMs));
  return hash.digest("hex").slice(0, 16);
}

/** The bundle of the sources as they are now. Two that start at once make it twice, and the same. */
async function bundle() {
  const folder = join(cache, stateOfSources());
  const entry = join(folder, "main.js");
  if (existsSync(entry)) return entry;
  const { build } = await import("vite");
  const staged = `${folder}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) if (!old.includes(".")) rmSync(join(cache, old), { recursive: true });
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: "error",
    resolve: {
      alias: [
        { find: /^@\//, replacement: `${join(root, "src")}/` },
        // JSON is bundled; Node would want an import attribute
        { find: /^(@tensorflow\/tfjs\/package\.json)$/, replacement: join(root, "node_modules/$1") },
      ],
    },
    build: { ssr: "src/cli/main.ts", outDir: staged, emptyOutDir: true, minify: false, target: "node20" },
  });
  try {
    renameSync(staged, folder);
  } catch {
    rmSync(staged, { recursive: true, force: true }); // the other one was first
  }
  return entry;
}

// tfjs advertises its package for Node; everything else it warns of is told
const { warn } = console;
console.warn = (/** @type {unknown[]} */ ...words) => {
  if (!String(words[0]).includes("running TensorFlow.js in Node.js")) warn(...words);
};

/** Ctrl-C under npm comes twice: from the terminal and from npm. */
const SAME_SIGNAL_MS = 1000;
const stop = new AbortController();
let stoppedAt = 0;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.on(signal, () => {
    if (stop.signal.aborted && performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(130); // does not wait
    stoppedAt ||= performance.now();
    stop.abort();
  });

const { main } = /** @type {typeof import("./main.ts")} */ (await import(pathToFileURL(await bundle()).href));
const code = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
});
// what was written to a pipe is on its way; a WebGPU device would keep the process alive
for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write("", done));
process.exit(code);
