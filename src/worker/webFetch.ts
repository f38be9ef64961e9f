/** `fetch` as the data worker sees it, carried out by the document that may connect elsewhere (webFrame.ts). */
import * as Comlink from "comlink";
import { REDIRECT_REFUSED } from "@/shared/webImport";
import type { WebCalls, WebFailure } from "./webCalls";
import { callsTo } from "./wire";

/** Statuses whose answers have no body. */
const NO_BODY: readonly number[] = [101, 204, 205, 304];

/** @param port to web.html */
export function webFetch(port: MessagePort): typeof fetch {
  const calls = callsTo<WebCalls>(Comlink.wrap(port));
  let last = 0;
  return async (input, { signal, ...init } = {}) => {
    signal?.throwIfAborted();
    const id = ++last;
    const cancel = () => void calls.cancel(id);
    signal?.addEventListener("abort", cancel, { once: true });
    const answer = await calls.request(id, input instanceof Request ? input.url : input.toString(), init);
    signal?.throwIfAborted();
    if ("failed" in answer) throw errorOf(answer);
    if (answer.status === 0) return new Response(null); // of a request that may read nothing
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const part = await calls.read(id);
        if (signal?.aborted) controller.error(signal.reason);
        else if (part === null) controller.close();
        else if ("failed" in part) controller.error(errorOf(part));
        else controller.enqueue(part);
      },
      cancel,
    });
    const { status } = answer;
    return new Response(NO_BODY.includes(status) || init.method === "HEAD" ? null : body, {
      status,
      headers: answer.headers,
    });
  };
}

/** As `fetch` has it for the network; the policy's refusal is told apart. */
const errorOf = ({ failed }: WebFailure): Error =>
  failed === "refused"
    ? Object.assign(new Error("The page's policy forbids where the host passes it on to."), {
        name: REDIRECT_REFUSED,
      })
    : new TypeError("Failed to fetch");
