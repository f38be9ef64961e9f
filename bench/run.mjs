/** Runs one bench file through Vite, so that it sees the same modules as the page: `npm run bench -- accuracy`. */
import { createServer } from "vite";

const [name, ...flags] = process.argv.slice(2);
if (!name) {
  console.error("usage: npm run bench -- <name> [flags]   (a file bench/<name>.bench.ts)");
  process.exit(2);
}
const server = await createServer({
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  appType: "custom",
  logLevel: "error",
});
try {
  const bench = await server.ssrLoadModule(`/bench/${name}.bench.ts`);
  process.exitCode = (await bench["run"](flags)) ?? 0;
} finally {
  await server.close();
}
