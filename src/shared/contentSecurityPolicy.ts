/** Hosts that public sample datasets come from; nothing is asked of them until the person clicks such a sample. */
export const SAMPLE_HOSTS = [
  "https://raw.githubusercontent.com",
  "https://zenodo.org",
  "https://www.cs.toronto.edu",
] as const;

/** The policy of the built page: own scripts, workers and data only, WebAssembly but no eval. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'", // radix locks the scroll of the page with a style of its own making
  "img-src 'self' blob: data:",
  "font-src 'self'",
  `connect-src 'self' ${SAMPLE_HOSTS.join(" ")}`,
  "frame-src 'self'", // web.html
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // own worker scripts (worker/client.ts), and the one piece of markup that a library writes (ui/trustedTypes.ts)
  "require-trusted-types-for 'script'",
  "trusted-types studio-workers default",
].join("; ");

/**
 * The policy of web.html, which is opened when a person asks for an address: it may connect to other hosts, and before it
 * does so adds a policy that leaves only those that the person allowed (worker/webFrame.ts). Nothing else is let in.
 */
export const webFramePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");
