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
try {
  const { methodsPage } = await server.ssrLoadModule("/src/engine/methodsPage.ts");
  const { methods } = await server.ssrLoadModule("/src/engine/methods/index.ts");
  const path = resolve(root, "docs/methods.md");
  const options = await resolveConfig(path);
  writeFileSync(path, await format(methodsPage(methods.values()), { ...options, parser: "markdown" }));
  console.log(`${path}: ${methods.size} methods`);
} finally {
  await server.close();
}
