/**
 * The script of web.html, the one document of the studio that may connect elsewhere: to the hosts that stand behind the
 * `#` of its address, and only to them. The page opens it hidden when a person asks for an address, and closes it after.
 * docs/decisions/0005 says why it is a document of its own.
 */
import * as Comlink from "comlink";
import type { WebCalls } from "./webCalls";

/** An origin, all subdomains or ports of one, or all hosts by https. */
const SOURCE = /^(https:|https?:\/\/(\*\.)?[\w.-]+(:(\d+|\*))?)$/;

const sources = new URLSearchParams(location.hash.slice(1))
  .getAll("allow")
  .filter((source) => SOURCE.test(source));
const policy = document.createElement("meta");
policy.httpEquiv = "Content-Security-Policy";
policy.content = `connect-src 'self' ${sources.join(" ")}`;
document.head.append(policy); // in force from here on, and nothing can take it back

let refusals = 0;
document.addEventListener("securitypolicyviolation", () => refusals++);

/** A request that is going on. */
interface Going {
  controller: AbortController;
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | null;
}
const going = new Map<number, Going>();

const calls: WebCalls = {
  async request(id, url, init) {
    const controller = new AbortController();
    going.set(id, { controller, reader: null });
    const before = refusals;
    try {
      const response = await fetch(url, { ...init, signal: controller.signal });
      going.set(id, { controller, reader: response.body?.getReader() ?? null });
      return { status: response.status, headers: [...response.headers] };
    } catch {
      going.delete(id);
      await new Promise((resolve) => setTimeout(resolve, 0)); // the event of a refusal comes after it
      return { failed: refusals > before ? "refused" : "network" };
    }
  },

  async read(id) {
    try {
      const part = await going.get(id)?.reader?.read();
      if (part?.value) return Comlink.transfer(part.value, [part.value.buffer]);
      going.delete(id);
      return null;
    } catch {
      going.delete(id);
      return { failed: "network" };
    }
  },

  cancel(id) {
    going.get(id)?.controller.abort();
    going.delete(id);
    return Promise.resolve();
  },
};

addEventListener("message", ({ source, origin, ports: [port] }) => {
  if (source === parent && origin === location.origin && port) Comlink.expose(calls, port);
});
parent.postMessage("studio-web-ready", location.origin);
