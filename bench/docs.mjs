/** Writes the pages of docs/ that are made from the code: `npm run docs`. */
import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { createServer } from "vite";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const server = await createServer({
  root,
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  appType: "custom",
  logLevel: "error",
});
/** @param {string} name @param {string} text */
async function write(name, text) {
  const path = resolve(root, "docs", name);
  const options = await resolveConfig(path);
  writeFileSync(path, await format(text, { ...options, parser: "markdown" }));
  console.log(path);
}
try {
  const { methodsPage } = await server.ssrLoadModule("/src/engine/methodsPage.ts");
  const { methods } = await server.ssrLoadModule("/src/engine/methods/index.ts");
  const { cliPage } = await server.ssrLoadModule("/src/cli/cliPage.ts");
  const { catalog } = await server.ssrLoadModule("/src/engine/catalog.ts");
  await write("methods.md", methodsPage(methods.values()));
  await write("cli.md", cliPage(catalog()));
} finally {
  await server.close();
}
