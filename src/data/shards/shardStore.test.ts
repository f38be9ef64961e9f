import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";
import type { DatasetInfo, ImageShape } from "@/shared/dataset";
import { Random } from "@/shared/random";
import { collectAll } from "../collectAll";
import { openImageSource } from "../imageSource";
import { holdImport } from "./importLocks";
import { SCHEMA_VERSION } from "./migrations";
import { uniqueName } from "@/shared/uniqueName";
import { ShardStore } from "./shardStore";
import { ShardWriter } from "./shardWriter";

const SHAPE: ImageShape = { height: 2, width: 3, channels: 3 };
const IMAGE = 18;
const report = (datasetId: string) => ({
  datasetId,
  counts: { train: [], test: [] },
  skipped: [],
  imagesPerSecond: 1,
  seconds: 1,
  notes: [],
});
const preview = {
  perClass: 0,
  width: 1,
  height: 1,
  channels: 3 as const,
  pixels: new Uint8Array(0),
  counts: [],
};

let name = "";
let store: ShardStore;
let databases = 0;
beforeEach(() => {
  name = `test-${databases++}`;
  store = new ShardStore(name);
});

/** Stores `count` random train images and half as many test images in shards of 4 images. */
async function importRandom(id: string, count: number, seed = 1): Promise<DatasetInfo> {
  const random = new Random(seed);
  const staging = await store.stage(id);
  const writer = new ShardWriter(staging, SHAPE, 3, 4 * IMAGE);
  const images = (n: number) => Uint8Array.from({ length: n * IMAGE }, () => random.below(256));
  const labels = (n: number) => Uint16Array.from({ length: n }, (_, i) => i % 3);
  await writer.add("train", images(count), labels(count));
  await writer.add("test", images(count >> 1), labels(count >> 1));
  const facts = await writer.finish();
  const info = {
    id,
    name: "cats",
    source: "test",
    shape: SHAPE,
    classNames: ["a", "b", "c"],
    createdAt: 5,
    ...facts,
  };
  return staging.commit(info, { report: report(id), preview });
}

describe("shardStore", () => {
  it("gives back what went in, in order and in shards, after the database was reopened", async () => {
    const info = await importRandom("one", 10);
    await store.close();
    const random = new Random(1);
    const source = await openImageSource(new ShardStore(name), "one");
    expect(source.info).toEqual(info);
    for (const [split, sizes] of [
      ["train", [4, 4, 2]],
      ["test", [4, 1]],
    ] as const) {
      const chunks = await collectAll(source.chunks(split));
      expect(chunks.map((chunk) => chunk.labels.length)).toEqual(sizes);
      const all = chunks.flatMap((chunk) => [...chunk.pixels]);
      expect(all).toEqual(Array.from({ length: all.length }, () => random.below(256)));
      expect(chunks.flatMap((chunk) => [...chunk.labels])).toEqual(
        Array.from({ length: all.length / IMAGE }, (_, i) => i % 3),
      );
    }
    expect(info.counts).toEqual({ train: [4, 3, 3], test: [2, 2, 1] });
    expect(info.bytes).toBe(15 * (IMAGE + 2));
  });

  it("measures mean and std of the training split alone", async () => {
    const info = await importRandom("one", 10);
    const random = new Random(1);
    const values = Array.from({ length: 10 * IMAGE }, () => random.below(256) / 255);
    for (const channel of [0, 1, 2]) {
      const own = values.filter((_, i) => i % 3 === channel);
      const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
      const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length;
      expect(info.mean[channel]).toBeCloseTo(mean, 12);
      expect(info.std[channel]).toBeCloseTo(Math.sqrt(variance), 12);
    }
  });

  it("gives the same images the same fingerprint, and others another", async () => {
    const first = await importRandom("one", 10);
    const again = await importRandom("two", 10);
    const other = await importRandom("three", 10, 2);
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect((await store.list()).map((info) => info.name).sort()).toEqual(["cats", "cats 2", "cats 3"]);
  });

  it("shows nothing of an import before its commit, and leaves nothing of a discarded one", async () => {
    const staging = await store.stage("half");
    const writer = new ShardWriter(staging, SHAPE, 3, 4 * IMAGE);
    await writer.add("train", new Uint8Array(9 * IMAGE), new Uint16Array(9));
    await writer.finish();
    expect(await store.list()).toEqual([]);
    expect(await recordsLeft()).toBe(4); // three shards and the staging mark
    await staging.discard();
    expect(await recordsLeft()).toBe(0);
  });

  it("can be discarded after a write that failed", async () => {
    const staging = await store.stage("failed");
    const broken = { split: "train" as const, index: 0, count: 1, sha256: "", labels: new Blob() };
    const unstorable = (() => 1) as unknown as Blob;
    await expect(staging.put({ ...broken, pixels: unstorable })).rejects.toThrow();
    await staging.discard();
    expect(await recordsLeft()).toBe(0);
    await expect(staging.put({ ...broken, pixels: new Blob() })).rejects.toThrow("the import is over");
  });

  it("sweeps what a crashed import left, but not one that still goes on", async () => {
    await importRandom("kept", 4);
    const database = await openDB(name, SCHEMA_VERSION);
    const blob = new Blob(["x"]);
    const shard = { split: "train", index: 0, count: 1, pixels: blob, labels: blob, sha256: "" };
    for (const datasetId of ["crashed", "running"]) {
      await database.put("staging", { datasetId });
      await database.put("shards", { datasetId, ...shard });
    }
    database.close();
    const free = await holdImport("running");
    expect(await store.sweep()).toBe(1);
    expect(await store.shard("crashed", "train", 0)).toBeUndefined();
    expect(await store.shard("running", "train", 0)).toBeDefined();
    free();
    expect(await store.sweep()).toBe(1);
    expect(await store.shard("running", "train", 0)).toBeUndefined();
    expect((await collectAll((await openImageSource(store, "kept")).chunks("train"))).length).toBe(1);
  });

  it("names dataset and shard when a stored byte changed or a shard is gone", async () => {
    await importRandom("one", 10);
    const shard = (await store.shard("one", "train", 1))!;
    const bytes = new Uint8Array(await shard.pixels.arrayBuffer());
    bytes[7]! ^= 1;
    const database = await openDB(name, SCHEMA_VERSION);
    await database.put("shards", { ...shard, pixels: new Blob([bytes]) });
    const source = await openImageSource(store, "one");
    const read = () => collectAll(source.chunks("train"));
    await expect(read()).rejects.toThrow('Dataset "cats": train shard 2 does not match its SHA-256.');
    await database.delete("shards", ["one", "train", 1]);
    database.close();
    await expect(read()).rejects.toThrow("train shard 2 is missing");
  });

  it("renames, keeps names apart, and deletes with everything", async () => {
    await importRandom("one", 4);
    await importRandom("two", 4);
    expect((await store.rename("two", " dogs ")).name).toBe("dogs");
    expect((await store.rename("two", "cats")).name).toBe("cats 2");
    expect((await store.rename("two", "cats 2")).name).toBe("cats 2");
    await expect(store.rename("two", "  ")).rejects.toThrow("needs a name");
    expect((await store.report("two"))?.datasetId).toBe("two");
    await store.delete("two");
    await expect(store.get("two")).rejects.toThrow("no longer stored");
    expect(await store.report("two")).toBeNull();
    await store.delete("one");
    expect(await recordsLeft()).toBe(0);
  });

  it("lets another tab upgrade the database, and says so when that tab is newer", async () => {
    await importRandom("one", 4);
    const newer = await openDB(name, SCHEMA_VERSION + 1); // resolves only once our connection is closed
    newer.close();
    await expect(store.list()).rejects.toThrow(/newer version of the studio/);
  });

  it("finds names that are free", () => {
    expect(uniqueName("a", [])).toBe("a");
    expect(uniqueName("a", [{ name: "a" }, { name: "a 2" }])).toBe("a 3");
    expect(uniqueName("  ", [])).toBe("dataset");
  });
});

async function recordsLeft(): Promise<number> {
  const database = await openDB(name, SCHEMA_VERSION);
  let records = 0;
  for (const store of database.objectStoreNames) records += await database.count(store);
  database.close();
  return records;
}
