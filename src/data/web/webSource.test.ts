import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { ImportProgress } from "@/shared/importing";
import type { WebFile } from "@/shared/webImport";
import { memoryShelf } from "./downloadShelf";
import { fetchWebFiles, lookUpWeb } from "./webSource";

const BODY = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >>> 3);
const NEWER = BODY.map((byte) => byte ^ 1);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Host {
  url: string;
  /** Method, Range and If-Range of each request. */
  asked: string[];
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Host> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { range = "", "if-range": ifRange } = request.headers;
    asked.push(`${request.method} ${range}${ifRange ? ` if ${String(ifRange)}` : ""}`.trim());
    handler(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/data.bin`, asked };
}

interface Behaviour {
  body?: Uint8Array;
  etag?: string;
  ranges?: boolean;
  /** Bytes after which the connection breaks. */
  upTo?: number;
}

/** Answers as a host does that knows ranges and If-Range, unless told otherwise. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { body = BODY, etag = '"one"', ranges = true, upTo = Infinity }: Behaviour = {},
) {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const isCurrent = !request.headers["if-range"] || request.headers["if-range"] === etag;
  const isPart = ranges && asked !== null && isCurrent;
  const from = isPart ? Number(asked[1]) : 0;
  if (isPart && from >= body.length)
    return response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
  const to = isPart && asked[2] ? Number(asked[2]) + 1 : body.length;
  const part = body.subarray(from, to);
  response.writeHead(isPart ? 206 : 200, {
    "content-length": part.length,
    ...(etag && { etag }),
    ...(isPart && { "content-range": `bytes ${from}-${to - 1}/${body.length}` }),
  });
  if (request.method === "HEAD") return response.end();
  if (part.length <= upTo) return response.end(part);
  return response.write(part.subarray(0, upTo), () => setTimeout(() => response.destroy(), 20));
}

function contextOf(changes: { fetch?: typeof fetch; online?: () => boolean; signal?: AbortSignal } = {}) {
  const seen: ImportProgress[] = [];
  return {
    signal: new AbortController().signal,
    onProgress: (progress: ImportProgress) => void seen.push(progress),
    fetch: ((...call) => fetch(...call)) as typeof fetch,
    now: () => performance.now(),
    retryDelayMs: 1,
    seen,
    ...changes,
  };
}

const fileAt = (url: string): WebFile => ({ url, name: "data.bin", bytes: BODY.length, version: null });

async function bytesOf(fetched: Awaited<ReturnType<typeof fetchWebFiles>>) {
  return Buffer.from(await fetched.files[0]!.file.arrayBuffer());
}

async function failureOf(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe("looking up", () => {
  it("asks for size and version alone, by HEAD or by one byte", async () => {
    const host = await serve((request, response) => answer(request, response));
    const offer = await lookUpWeb([{ kind: "file", url: host.url }], memoryShelf(), contextOf());
    expect(offer).toEqual({
      files: [
        {
          url: host.url,
          name: "data.bin",
          bytes: 300_000,
          version: { etag: '"one"', lastModified: null, total: 300_000 },
        },
      ],
      kept: 0,
      notes: [],
    });
    const strict = await serve((request, response) =>
      request.method === "HEAD" ? response.writeHead(403).end() : answer(request, response),
    );
    const again = await lookUpWeb([{ kind: "file", url: strict.url }], memoryShelf(), contextOf());
    expect(again.files[0]!.bytes).toBe(300_000);
    expect(strict.asked).toEqual(["HEAD", "GET bytes=0-0"]);
  });

  it("tells not there, not for everybody, offline, blocked and unreachable apart", async () => {
    let status = 404;
    const host = await serve((_, response) => response.writeHead(status).end());
    const ask = (changes = {}) =>
      failureOf(lookUpWeb([{ kind: "file", url: host.url }], memoryShelf(), contextOf(changes)));
    expect((await ask()).message).toMatch(/^127\.0\.0\.1:\d+ has no data\.bin \(404\)\.$/);
    status = 401;
    expect((await ask()).message).toContain("does not give data.bin to everybody (401)");
    const withoutCors: typeof fetch = (_, init) =>
      init?.mode === "no-cors"
        ? Promise.resolve(new Response(null))
        : Promise.reject(new TypeError("Failed to fetch"));
    const blocked = await ask({ fetch: withoutCors });
    expect(blocked.message).toContain("does not allow web pages to read data.bin (no CORS permission)");
    expect(blocked.hint).toBe(`Download ${host.url} yourself and drop the file here.`);
    const refused: typeof fetch = () =>
      Promise.reject(Object.assign(new Error("policy"), { name: "RedirectRefused" }));
    expect((await ask({ fetch: refused })).message).toContain("passes data.bin on to another host");
    servers[0]!.closeAllConnections();
    await new Promise((resolve) => servers[0]!.close(resolve));
    expect((await ask({ online: () => false })).message).toContain("offline");
    expect((await ask()).message).toContain("could not be reached");
  });

  it("lists the Parquet files of a dataset of the hub, split by split", async () => {
    const listed = (config: string, split: string, size: number) => ({
      ...{ dataset: "org/pets", config, split, size, filename: "0000.parquet" },
      url: `https://huggingface.co/datasets/org/pets/resolve/refs%2Fconvert%2Fparquet/${config}/${split}/0000.parquet`,
    });
    const queries: string[] = [];
    const hub = await serve((request, response) => {
      queries.push(request.url!);
      const isKnown = request.url!.includes("org%2Fpets");
      response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
      response.end(
        JSON.stringify(
          isKnown
            ? {
                parquet_files: [listed("plain", "train", 70), listed("plain", "test", 7), { url: 3 }],
                partial: true,
              }
            : { error: "The dataset does not exist, or is not accessible without authentication." },
        ),
      );
    });
    const server = new URL(hub.url).origin;
    const address = { kind: "hub", dataset: "org/pets", config: "plain" } as const;
    const offer = await lookUpWeb([address], memoryShelf(), contextOf(), server);
    expect(queries).toEqual(["/parquet?dataset=org%2Fpets&config=plain"]);
    expect(offer.files.map(({ name, bytes, part }) => [name, bytes, part!.split])).toEqual([
      ["pets/train-0000.parquet", 70, "train"],
      ["pets/test-0000.parquet", 7, "test"],
    ]);
    expect(offer.notes).toEqual(["The hub has converted the first part of org/pets only."]);
    const missing = await failureOf(
      lookUpWeb([{ kind: "hub", dataset: "nobody/none" }], memoryShelf(), contextOf(), server),
    );
    expect(missing.message).toContain("It said: The dataset does not exist");
  });
});

describe("fetching", () => {
  it("goes on where a connection broke, if the host still has the same version", async () => {
    let breaks = 2;
    const host = await serve((request, response) =>
      answer(request, response, { upTo: breaks-- > 0 ? 100_000 : Infinity }),
    );
    const context = contextOf();
    const fetched = await fetchWebFiles([fileAt(host.url)], memoryShelf(), context);
    expect(fetched.files[0]).toMatchObject({ path: "data.bin", url: host.url });
    expect(Buffer.compare(await bytesOf(fetched), BODY)).toBe(0);
    expect(host.asked).toEqual(["GET bytes=0-", 'GET bytes=100000- if "one"', 'GET bytes=200000- if "one"']);
    expect(context.seen.at(-1)).toMatchObject({ phase: "downloading", done: 300_000, total: 300_000 });
  });

  it("keeps what has arrived for the next time, and deletes it when it is cancelled", async () => {
    let upTo = 100_000;
    let isDown = false;
    const host = await serve((request, response) => {
      if (isDown) return response.destroy();
      isDown = upTo !== Infinity;
      return answer(request, response, { upTo });
    });
    const shelf = memoryShelf();
    const error = await failureOf(fetchWebFiles([fileAt(host.url)], shelf, contextOf()));
    expect(error.hint).toContain("100.0 kB arrived and stay here: ask for the same address again");
    expect(await shelf.sizeOf(host.url)).toBe(100_000);
    [isDown, upTo] = [false, Infinity];
    const fetched = await fetchWebFiles([fileAt(host.url)], shelf, contextOf());
    expect(Buffer.compare(await bytesOf(fetched), BODY)).toBe(0);
    expect(host.asked.at(-1)).toBe('GET bytes=100000- if "one"');

    const offer = await lookUpWeb([{ kind: "file", url: host.url }], shelf, contextOf());
    expect(offer.kept).toBe(300_000);
    const before = host.asked.length;
    await fetchWebFiles(offer.files, shelf, contextOf());
    expect(host.asked).toHaveLength(before); // all of this version is there

    await fetched.release();
    const control = new AbortController();
    const cancelled = fetchWebFiles([fileAt(host.url)], shelf, {
      ...contextOf({ signal: control.signal }),
      onProgress: () => control.abort(),
      now: (() => {
        let now = 0;
        return () => (now += 1000);
      })(),
    });
    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    expect(await shelf.sizeOf(host.url)).toBe(0);
  });

  it.each<[string, Behaviour, Behaviour]>([
    ["without ranges", { ranges: false }, { ranges: false }],
    ["that has a newer version", { etag: '"one"' }, { etag: '"two"', body: NEWER }],
    ["that shows no version", { etag: "" }, { etag: "" }],
  ])("starts over at a host %s", async (_, first, then) => {
    let isFirst = true;
    const host = await serve((request, response) => {
      answer(request, response, isFirst ? { ...first, upTo: 50_000 } : then);
      isFirst = false;
    });
    const fetched = await fetchWebFiles([fileAt(host.url)], memoryShelf(), contextOf());
    expect(Buffer.compare(await bytesOf(fetched), then.body ?? BODY)).toBe(0);
  });

  it("compares versions itself where a host does not take If-Range", async () => {
    let breaks = 1;
    const host = await serve((request, response) =>
      answer(request, response, { upTo: breaks-- > 0 ? 100_000 : Infinity }),
    );
    const noPreflight: typeof fetch = (url, init) =>
      new Headers(init?.headers).has("if-range")
        ? Promise.reject(new TypeError("Failed to fetch"))
        : fetch(url, init?.mode === "no-cors" ? { method: "HEAD" } : init);
    const fetched = await fetchWebFiles([fileAt(host.url)], memoryShelf(), contextOf({ fetch: noPreflight }));
    expect(Buffer.compare(await bytesOf(fetched), BODY)).toBe(0);
    expect(host.asked.filter((asked) => asked.startsWith("GET"))).toEqual([
      "GET bytes=0-",
      "GET bytes=100000-",
    ]);
  });

  it("ends with a sentence when the host refuses in the middle", async () => {
    let isFirst = true;
    const host = await serve((request, response) => {
      if (isFirst) answer(request, response, { upTo: 1000 });
      else response.writeHead(403).end();
      isFirst = false;
    });
    const error = await failureOf(fetchWebFiles([fileAt(host.url)], memoryShelf(), contextOf()));
    expect(error.message).toContain("(403)");
  });
});
