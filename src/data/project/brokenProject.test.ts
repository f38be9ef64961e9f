/** What is wrong with a project file is said by name, and the store stays as it was. */
import "fake-indexeddb/auto";
import { makeZip } from "client-zip";
import fc from "fast-check";
import { openDB } from "idb";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { readZipDirectory, ZipContents } from "../codecs/zip";
import { fillStudio, storedBytes } from "../fixtures/filledStudio";
import { StudioDatabase } from "../shards/database";
import { SCHEMA_VERSION } from "../shards/migrations";
import { sha256 } from "../shards/sha256";
import { ShardStore } from "../shards/shardStore";
import { MANIFEST, MARKER, type ProjectManifest } from "./manifest";
import { readProject } from "./readProject";
import { writeProject } from "./writeProject";

type Files = Map<string, Uint8Array<ArrayBuffer>>;

let whole: Blob;
let files: Files;
let target = "";
let databases = 0;
const around = { clock: () => 0, signal: new AbortController().signal, onProgress: () => undefined };

beforeAll(async () => {
  await fillStudio("source");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const choice = { images: true, experts: true };
  const database = new StudioDatabase("source");
  await writeProject({ ...around, database, choice, settings: {}, savedAt: 5 }, (bytes) =>
    Promise.resolve(void parts.push(bytes.slice())),
  );
  whole = new Blob(parts);
  files = await unzipped(whole);
});
beforeEach(async () => {
  target = `target-${databases++}`;
  await new StudioDatabase(target).open();
});

const open = (file: Blob) => readProject(file, "mine.zip", new StudioDatabase(target), around);

async function unzipped(zip: Blob): Promise<Files> {
  const contents = new ZipContents(zip, "the test's file");
  const all: Files = new Map();
  for (const entry of await readZipDirectory(zip, "the test's file"))
    all.set(entry.path, (await contents.read(entry)) as Uint8Array<ArrayBuffer>);
  return all;
}

const zipped = (entries: Iterable<[string, Uint8Array | string]>): Promise<Blob> =>
  new Response(makeZip([...entries].map(([name, input]) => ({ name, input })))).blob();

const textOf = (path: string) => new TextDecoder().decode(files.get(path));
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The file with some entries changed, null for gone; its manifest says what they are then. */
async function withFiles(changed: Record<string, Uint8Array<ArrayBuffer> | null>): Promise<Blob> {
  const all = new Map(files);
  for (const [path, bytes] of Object.entries(changed)) {
    if (bytes) all.set(path, bytes);
    else all.delete(path);
  }
  const manifest = JSON.parse(textOf(MANIFEST)) as ProjectManifest;
  manifest.files = await Promise.all(
    [...all]
      .filter(([path]) => path !== MANIFEST)
      .map(async ([path, bytes]) => ({ path, bytes: bytes.length, sha256: await sha256(bytes) })),
  );
  return zipped(all.set(MANIFEST, bytesOf(manifest)));
}

/** The file with something changed in the records of a store, all hashes right again. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is in a file may be anything
function withRecords(store: string, change: (records: any[]) => void): Promise<Blob> {
  const path = `records/${store}.json`;
  const records = JSON.parse(textOf(path));
  change(records);
  return withFiles({ [path]: bytesOf(records) });
}

const manifestWith = (changed: object) =>
  zipped(new Map(files).set(MANIFEST, bytesOf({ ...JSON.parse(textOf(MANIFEST)), ...changed })));

const flipped = (path: string) => {
  const bytes = files.get(path)!.slice();
  bytes[bytes.length >> 1]! ^= 1;
  return bytes;
};

const SHARD = "files/shards/000001.pixels";

const CASES: [what: string, file: () => Promise<Blob> | Blob, says: RegExp][] = [
  ["no zip", () => new Blob(["hello"]), /mine\.zip is no zip file/],
  ["another zip", () => zipped([["cat/1.png", "x"]]), /is no project file/],
  ["a cut file", () => whole.slice(0, Math.floor(whole.size * 0.7)), /mine\.zip is cut short/],
  [
    "a newer format",
    () => manifestWith({ format: "distillation-studio-project/2" }),
    /newer version.*format 2/,
  ],
  ["a format of another program", () => manifestWith({ format: "other/1" }), /is no project file/],
  [
    "a manifest without sizes",
    () => manifestWith({ files: [{ path: "a" }] }),
    /manifest\.json is damaged.*files\[0\]\.bytes/,
  ],
  [
    "a manifest that is no JSON",
    () => zipped(new Map(files).set(MANIFEST, new Uint8Array(9))),
    /it is no JSON/,
  ],
  [
    "a changed byte in a shard",
    () => zipped(new Map(files).set(SHARD, flipped(SHARD))),
    /"files\/shards\/000001\.pixels" does not match its SHA-256/,
  ],
  [
    "a missing entry",
    () => zipped([...files].filter(([path]) => path !== SHARD)),
    /"files\/shards\/000001\.pixels" is missing/,
  ],
  [
    "an entry too many",
    () => zipped([...files, ["../evil.js", "x"]]),
    /"\.\.\/evil\.js" is not in its manifest/,
  ],
  [
    "an entry of another size",
    () => zipped(new Map(files).set(SHARD, new Uint8Array(3))),
    /has 3 bytes, its manifest says/,
  ],
  ["an entry twice", () => zipped([...files, [SHARD, "x"]]), /holds "files\/shards\/000001\.pixels" twice/],
  [
    "a file that no record has",
    () => withFiles({ "files/x": new Uint8Array(3) }),
    /"files\/x": no record refers to it/,
  ],
  ["no settings", () => withFiles({ "settings.json": null }), /"settings\.json": it is missing/],
  [
    "a shard that hashes to something else",
    () => withFiles({ [SHARD]: flipped(SHARD) }),
    /dataset "cats": its test shard 2 does not match/,
  ],
  [
    "a shard too few",
    () => withFiles({ "files/shards/000001.pixels": null, "files/shards/000001.labels": null }),
    /records\/shards\.json": it refers to/,
  ],
  [
    "a dataset without its shards",
    () => withRecords("datasets", (all) => (all[0].counts.train[0] += 1)),
    /do not hold the images that it counts/,
  ],
  [
    "a wrong fingerprint",
    () => withRecords("datasets", (all) => (all[0].fingerprint = "0".repeat(64))),
    /its fingerprint is wrong/,
  ],
  [
    "a shard of no dataset",
    () => withRecords("shards", (all) => (all[0].datasetId = "none")),
    /a record belongs to nothing/,
  ],
  ["a dataset twice", () => withRecords("datasets", (all) => all.push(all[0])), /it is there twice/],
  [
    "a record of the wrong shape",
    () => withRecords("scores", (all) => (all[1].confusion = "x")),
    /"records\/scores\.json": record 2: confusion is no list/,
  ],
  ["a record that is none", () => withRecords("scores", (all) => all.push(7)), /record 4: it is no record/],
  [
    "a learned image that changed",
    () => withFiles({ "files/snapshots/000000.images": flipped("files/snapshots/000000.images") }),
    /kept set "cats", iteration 7.*: it does not match/,
  ],
  [
    "a run without a whole checkpoint",
    () =>
      withFiles({
        "files/checkpoints/000000.parts.0": flipped("files/checkpoints/000000.parts.0"),
        "files/checkpoints/000001.parts.0": flipped("files/checkpoints/000001.parts.0"),
      }),
    /run on "cats", iteration 20.*: none of its checkpoints matches/,
  ],
  [
    "an expert of no set",
    () => withRecords("expertSets", (all) => all.pop()),
    /the set of experts it belongs to is not in the file|"records\/experts/,
  ],
  [
    "an expert without an epoch",
    () => withRecords("experts", (all) => all[0].epochs.push(9)),
    /not all of its epochs are there/,
  ],
  [
    "an expert whose compact epoch counts from other weights",
    () => withRecords("expertEpochs", (all) => (all[2].from.sha256 = "0".repeat(64))),
    /its epoch 2 is a difference from weights that are not there/,
  ],
  [
    "a reference to another's bytes",
    () => withRecords("shards", (all) => (all[0].pixels = all[1].pixels)),
    /belongs to another record/,
  ],
  [
    "a reference of no known kind",
    () => withRecords("scores", (all) => (all[0].accuracy = { $eval: "1" })),
    /an unknown reference/,
  ],
  [
    "records nested without end",
    () => withFiles({ "records/scores.json": new TextEncoder().encode("[".repeat(1e5) + "]".repeat(1e5)) }),
    /"records\/scores\.json"/,
  ],
];

describe("a project file that is wrong is refused, and nothing of it is taken:", () => {
  it.each(CASES)("%s", async (_what, file, says) => {
    const error: unknown = await open(await file()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(says);
    expect((error as UserError).hint).not.toBe("");
    expect(await storedBytes(target)).toEqual({});
  });

  it("whatever byte of it is changed", async () => {
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const expected = await storedBytes("source");
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = bytes.slice();
        changed[at]! ^= bits;
        const name = `flipped-${databases++}`;
        await new StudioDatabase(name).open();
        const error: unknown = await readProject(
          new Blob([changed]),
          "mine.zip",
          new StudioDatabase(name),
          around,
        ).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        // a date or another field that nobody reads may change: the contents are then what they were
        if (error) expect(error).toBeInstanceOf(UserError);
        expect(await storedBytes(name)).toEqual(error ? {} : expected);
        if (error) refused++;
      }),
      { numRuns: 120, seed: 1 },
    );
    expect(refused).toBeGreaterThan(60);
  }, 120_000);

  it("because something came in between", async () => {
    const database = await openDB(target, SCHEMA_VERSION);
    const score = { ...JSON.parse(textOf("records/scores.json"))[0], accuracy: 0.25 };
    const reading = readProject(whole, "mine.zip", new StudioDatabase(target), {
      ...around,
      onProgress: ({ phase }) => {
        if (phase === "storing") void database.put("scores", score);
      },
    });
    await expect(reading).rejects.toThrow(/stored while the project was being opened/);
    expect(Object.values(await storedBytes(target))).toEqual([score]);
    database.close();
  });
});

it("what a tab that died while opening a project left is swept away", async () => {
  const database = await openDB(target, SCHEMA_VERSION);
  const [details] = JSON.parse(textOf("records/shards.json"));
  await database.put("staging", { datasetId: "one" });
  await database.put("shards", { ...details, pixels: new Blob(["x"]), labels: new Blob(["y"]) });
  database.close();
  const store = new ShardStore(target);
  expect(await store.list()).toEqual([]);
  expect(await store.sweep()).toBe(1);
  expect(await storedBytes(target)).toEqual({});
  await store.close();
});

it("begins with the entry that tells it from other zips", async () => {
  expect((await readZipDirectory(whole, "x"))[0]!.path).toBe(MARKER);
});
