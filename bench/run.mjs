/**
 * Runs one bench file through Vite, so that it sees the same modules as the page: `npm run bench -- <name> [flags]`. Without
 * a name it lists the benches; `npm run bench -- <name> --help` prints what is written at the head of the file, and a
 * flag that is not written there is refused.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "vite";

const SUFFIX = ".bench.ts";

/** What a bench says of itself, as lines. @param {string} name */
function headerOf(name) {
  const text = readFileSync(new URL(name + SUFFIX, import.meta.url), "utf8");
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
  return comment.replace(/^\s*\* ?/gm, "").trim();
}

function listBenches() {
  console.log("usage: npm run bench -- <name> [flags]; --help tells the flags\n");
  for (const file of readdirSync(new URL(".", import.meta.url)).sort()) {
    if (!file.endsWith(SUFFIX)) continue;
    const name = file.slice(0, -SUFFIX.length);
    const about = headerOf(name).replace(/\s+/g, " ");
    const [sentence = ""] = about.split(/[.:]? `?npm run |(?<=[.?]) /);
    console.log(`${name.padEnd(12)} ${sentence}`);
  }
}

/** @param {string} name @param {string[]} flags @returns {Promise<number>} the exit code */
async function runBench(name, flags) {
  if (!existsSync(new URL(name + SUFFIX, import.meta.url))) {
    console.error(`There is no bench "${name}".`);
    listBenches();
    return 2;
  }
  const header = headerOf(name);
  if (flags.includes("--help")) {
    console.log(header);
    return 0;
  }
  const known = new Set(header.match(/--[a-z]+/g));
  const unknown = flags.filter((flag) => flag.startsWith("--") && !known.has(flag.split("=")[0] ?? ""));
  if (unknown.length > 0) {
    console.error(`${name} knows no ${unknown.join(", ")}. What it knows:\n\n${header}`);
    return 2;
  }
  const server = await createServer({
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: "custom",
    logLevel: "error",
  });
  try {
    const bench = await server.ssrLoadModule(`/bench/${name}${SUFFIX}`);
    return (await bench["run"](flags)) ?? 0;
  } finally {
    await server.close();
  }
}

const [name, ...flags] = process.argv.slice(2);
if (name) process.exitCode = await runBench(name, flags);
else listBenches();
