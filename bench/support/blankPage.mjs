/** An empty page on a free port, from which a browser loads modules of this repository. */
import { createServer } from "vite";

/**
 * @param {string} [root] the repository
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveBlankPage(root = process.cwd()) {
  const server = await createServer({
    root,
    server: { port: 0, hmr: false, ws: false, watch: null },
    appType: "custom",
    optimizeDeps: { include: ["@jax-js/jax"] }, // found later, it would make Vite reload the page
    logLevel: "error",
    plugins: [
      {
        name: "blank-page",
        configureServer: ({ middlewares }) => {
          middlewares.use("/blank", (_, response) => {
            response.setHeader("content-type", "text/html");
            response.end("<!doctype html><title>bench</title>");
          });
        },
      },
    ],
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error("The Vite server has no address.");
  return { url: `${address}blank`, close: () => server.close() };
}
