/** Opens the document that may connect elsewhere, for as long as something is fetched. The page's side of webFrame.ts. */
import { UserError } from "@/shared/errors";

const PATIENCE_MS = 30_000;

/** @param sources what it may connect to @throws UserError when it does not open */
export function openWebFrame(sources: readonly string[]): Promise<{ port: MessagePort; close: () => void }> {
  const frame = document.createElement("iframe");
  const allowed = new URLSearchParams(sources.map((source) => ["allow", source]));
  frame.src = `${new URL("src/worker/web.html", document.baseURI).href}#${allowed}`;
  frame.hidden = true;
  frame.title = "Downloads";
  const { port1, port2 } = new MessageChannel();
  const close = () => {
    port1.close();
    frame.remove();
  };
  return new Promise((resolve, reject) => {
    const settle = () => {
      removeEventListener("message", onMessage);
      clearTimeout(timer);
    };
    const timer = setTimeout(() => {
      settle();
      close();
      reject(
        new UserError(
          "The part of the studio that fetches files did not open (web.html).",
          "Reload the page. If it stays so, whoever hosts it has left that file out, or forbids it to be framed.",
        ),
      );
    }, PATIENCE_MS);
    const onMessage = ({ source, origin }: MessageEvent) => {
      if (source !== frame.contentWindow || origin !== location.origin) return;
      settle();
      frame.contentWindow!.postMessage("studio-web", location.origin, [port2]);
      resolve({ port: port1, close });
    };
    addEventListener("message", onMessage);
    document.body.append(frame);
  });
}
