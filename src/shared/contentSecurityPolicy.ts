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
  "style-src 'self' 'unsafe-inline'", // recharts and radix position with style attributes
  "img-src 'self' blob: data:",
  "font-src 'self'",
  `connect-src 'self' ${SAMPLE_HOSTS.join(" ")}`,
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
