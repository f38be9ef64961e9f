import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { ImportProgress } from "@/shared/importing";
import type { DownloadContext } from "../sample";
import { downloadFiles } from "./downloadFiles";
import type { PublishedFile } from "./publishedFile";

const BODY = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >>> 3);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const isBody = async (blob: Blob) => Buffer.from(await blob.arrayBuffer()).equals(BODY);

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves `handler` on a free port; `ranges` collects the Range header of each request. */
async function serve(handler: Handler): Promise<{ file: PublishedFile; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    handler(request, response, ranges.length);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/data.bin`;
  return { file: { url, name: "data.bin", bytes: BODY.length, sha256: sha256(BODY) }, ranges };
}

function contextOf(changes: Partial<DownloadContext> = {}): DownloadContext & { seen: ImportProgress[] } {
  const seen: ImportProgress[] = [];
  return {
    signal: new AbortController().signal,
    onProgress: (progress) => seen.push(progress),
    fetch: (...call) => fetch(...call),
    online: () => true,
    now: () => performance.now(),
    retryDelayMs: 1,
    seen,
    ...changes,
  };
}

const startOf = ({ headers }: IncomingMessage) =>
  Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);

/** Answers like a host that knows ranges, and breaks the connection after `upTo` bytes. */
function answer(request: IncomingMessage, response: ServerResponse, upTo = Infinity, body = BODY): void {
  const from = startOf(request);
  const part = body.subarray(from);
  response.writeHead(request.headers.range ? 206 : 200, {
    "content-length": part.length,
    ...(request.headers.range ? { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
  });
  if (part.length <= upTo) return void response.end(part);
  response.write(part.subarray(0, upTo), () => setTimeout(() => response.destroy(), 20));
}

async function failureOf(download: Promise<unknown>): Promise<UserError> {
  const error: unknown = await download.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe("downloadFiles", () => {
  it("fetches every file, checks it and reports one progress over all", async () => {
    const { file, ranges } = await serve((request, response) => answer(request, response));
    const context = contextOf();
    const picked = await downloadFiles([file, { ...file, name: "again.bin" }], context);
    expect(picked.map(({ path }) => path)).toEqual(["data.bin", "again.bin"]);
    for (const { file: blob } of picked) expect(await isBody(blob)).toBe(true);
    expect(ranges).toEqual([undefined, undefined]);
    const done = context.seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(context.seen.at(-1)).toMatchObject({
      phase: "downloading",
      unit: "bytes",
      done: 600_000,
      total: 600_000,
    });
  });

  it("continues a broken download where it stopped", async () => {
    const { file, ranges } = await serve((request, response, nth) =>
      answer(request, response, nth < 3 ? 100_000 : Infinity),
    );
    const [picked] = await downloadFiles([file], contextOf());
    expect(await isBody(picked!.file)).toBe(true);
    expect(ranges).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
  });

  it("starts over when the host does not know ranges", async () => {
    const { file, ranges } = await serve((_, response, nth) => {
      response.writeHead(200, { "content-length": BODY.length });
      if (nth > 1) return response.end(BODY);
      response.write(BODY.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
    });
    const [picked] = await downloadFiles([file], contextOf());
    expect(await isBody(picked!.file)).toBe(true);
    expect(ranges).toEqual([undefined, "bytes=50000-"]);
  });

  it("fetches in one piece when the pieces do not fit each other", async () => {
    const older = BODY.map((byte) => byte ^ 1);
    const { file, ranges } = await serve((request, response, nth) =>
      answer(request, response, nth === 1 ? 100_000 : Infinity, nth === 1 ? older : BODY),
    );
    const [picked] = await downloadFiles([file], contextOf());
    expect(await isBody(picked!.file)).toBe(true);
    expect(ranges).toEqual([undefined, "bytes=100000-", undefined]);
  });

  it("refuses other bytes than the published ones", async () => {
    const { file, ranges } = await serve((request, response) => answer(request, response));
    const error = await failureOf(downloadFiles([{ ...file, sha256: "0".repeat(64) }], contextOf()));
    expect(error.message).toContain(`its SHA-256 is ${file.sha256.slice(0, 12)}…, not 000000000000…`);
    expect(error.hint).toContain("Nothing was imported");
    expect(ranges).toHaveLength(1);
    const longer = await failureOf(downloadFiles([{ ...file, bytes: 299_000 }], contextOf()));
    expect(longer.message).toContain("larger than 299000 bytes");
  });

  it("gives up on a connection that always breaks, and offers the way by hand", async () => {
    const { file, ranges } = await serve((request, response, nth) =>
      answer(request, response, nth === 1 ? 1000 : 0),
    );
    const error = await failureOf(downloadFiles([file], contextOf()));
    expect(error.message).toContain("1.0 kB of 300.0 kB of data.bin arrived");
    expect(error.hint).toContain(`download ${file.url} yourself`);
    expect(ranges).toHaveLength(6);
  });

  it("says what the host answered", async () => {
    const { file } = await serve((_, response) => response.writeHead(404).end("gone"));
    const error = await failureOf(downloadFiles([file], contextOf()));
    expect(error.message).toMatch(
      /^127\.0\.0\.1:\d+ answered 404 for data\.bin: the file is no longer there\.$/,
    );
    expect(error.hint).toContain(file.url);
  });

  it("waits for a host that is busy, but not forever", async () => {
    const busy = await serve((request, response, nth) =>
      nth < 3 ? void response.writeHead(503).end() : answer(request, response),
    );
    const [picked] = await downloadFiles([busy.file], contextOf());
    expect(picked!.file.size).toBe(BODY.length);
    const down = await serve((_, response) => void response.writeHead(503).end());
    const error = await failureOf(downloadFiles([down.file], contextOf()));
    expect(error.message).toContain("answered 503");
    expect(down.ranges).toHaveLength(5);
  });

  it("tells offline, unreachable and blocked apart", async () => {
    const { file } = await serve(() => undefined);
    servers[0]!.close();
    const offline = await failureOf(downloadFiles([file], contextOf({ online: () => false })));
    expect(offline.message).toContain("offline");
    const unreachable = await failureOf(downloadFiles([file], contextOf()));
    expect(unreachable.message).toMatch(/^127\.0\.0\.1:\d+ could not be reached/);

    // What a browser does with a host that sends no CORS headers: only a request that reads nothing goes through.
    const withoutCors: typeof fetch = (_, init) =>
      init?.mode === "no-cors"
        ? Promise.resolve(new Response(null))
        : Promise.reject(new TypeError("Failed to fetch"));
    const blocked = await failureOf(downloadFiles([file], contextOf({ fetch: withoutCors })));
    expect(blocked.message).toContain("does not allow web pages to read data.bin");
    expect(blocked.hint).toBe(`Download ${file.url} yourself (300.0 kB) and drop the file here.`);
  });

  it("ends at once when it is aborted, while data flows and while it waits", async () => {
    const { file } = await serve((_, response) => {
      response.writeHead(200, { "content-length": BODY.length });
      response.write(BODY.subarray(0, 1000)); // and then silence
    });
    const control = new AbortController();
    const flowing = downloadFiles([file], contextOf({ signal: control.signal }));
    setTimeout(() => control.abort(), 50);
    const started = performance.now();
    await expect(flowing).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - started).toBeLessThan(200);

    const down = await serve((_, response) => void response.writeHead(503).end());
    const second = new AbortController();
    setTimeout(() => second.abort(), 50);
    const waiting = downloadFiles([down.file], contextOf({ signal: second.signal, retryDelayMs: 60_000 }));
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect(down.ranges).toHaveLength(1);
  });
});
