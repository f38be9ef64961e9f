import { openDB } from "idb";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { classes, flipped, idxPair, picked, zip, type MadeEntry } from "@/data/fixtures/madeFiles";
import { oriented, greyJpeg } from "@/data/fixtures/madePictures";
import { openImageSource } from "@/data/imageSource";
import { ShardStore } from "@/data/shards/shardStore";
import { exampleSnapshot } from "@/data/writers/fixtures/exampleSnapshot";
import type { ImportChoices, PickedFile } from "@/shared/importing";
import { createDataClient } from "./client";

const client = createDataClient((error) => {
  throw error;
});
const DATABASE = "distillation-studio";
const ignore = () => undefined;
const pets = ["cat", "dog"];
const choices: ImportChoices = {
  name: "pets",
  size: { width: 8, height: 8 },
  channels: 3,
  testShare: 0.25,
  seed: 1,
};

async function importAs(files: PickedFile[], changed: Partial<ImportChoices> = {}) {
  await client.inspectFiles(files, ignore);
  return client.importFiles({ ...choices, ...changed }, ignore);
}

async function recordsLeft(): Promise<number> {
  const database = await openDB(DATABASE);
  let records = 0;
  for (const store of database.objectStoreNames) records += await database.count(store);
  database.close();
  return records;
}

beforeEach(async () => {
  for (const { id } of await client.listDatasets()) await client.deleteDataset(id);
});
afterAll(() => indexedDB.deleteDatabase(DATABASE));

describe("the data worker in a browser", () => {
  it("imports a zip, lists, previews, renames and deletes it", async () => {
    const plan = await client.inspectFiles(
      [picked("pets.zip", await zip(classes("pets/", pets, 8)))],
      ignore,
    );
    expect(plan).toMatchObject({ readerId: "imageZip", classNames: pets, channels: 3, hasTestSplit: false });
    const { dataset, report } = await client.importFiles(choices, ignore);
    expect(report.counts).toEqual({ train: [6, 6], test: [2, 2] });
    expect(await client.listDatasets()).toEqual([dataset]);
    expect(await client.datasetReport(dataset.id)).toEqual(report);
    const preview = await client.datasetPreview(dataset.id, 3);
    expect(preview).toMatchObject({ perClass: 3, width: 8, height: 8 });
    expect(preview.pixels.length).toBe(2 * 3 * 8 * 8 * 4);
    expect((await client.renameDataset(dataset.id, "animals")).name).toBe("animals");
    expect((await new ShardStore().list())[0]?.name).toBe("animals");
    await client.deleteDataset(dataset.id);
    expect(await recordsLeft()).toBe(0);
  });

  it("passes errors with their hints through the wire, and keeps the store as it was", async () => {
    const good = await zip(classes("", pets, 4));
    await expect(
      client.inspectFiles([picked("a.zip", good.slice(0, good.length - 9))], ignore),
    ).rejects.toMatchObject({
      name: "UserError",
      hint: "Copy or download it again.",
    });
    const stored = await zip(classes("", pets, 3).map((entry) => ({ ...entry, level: 0 })));
    await expect(importAs([picked("b.zip", flipped(stored, stored.length >> 1))])).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/^b\.zip is damaged: the CRC-32 of/) as string,
    });
    expect(await recordsLeft()).toBe(0);
  });

  it("reads pictures of all kinds and grey ones at one channel", async () => {
    const jpeg = (value: number): MadeEntry["bytes"] => greyJpeg([[value, 255 - value]]);
    const files = [
      picked("a/1.jpg", jpeg(10)),
      picked("a/2.jpg", oriented(jpeg(20), 3)),
      picked("b/1.jpg", jpeg(30)),
      picked("b/broken.jpg", jpeg(40).slice(0, 150)),
    ];
    const plan = await client.inspectFiles(files, ignore);
    expect(plan).toMatchObject({ channels: 1, size: { width: 16, height: 8 } });
    const { dataset, report } = await client.importFiles(
      { ...choices, size: plan.size, channels: 1, testShare: 0 },
      ignore,
    );
    expect(report.skipped).toEqual([{ path: "b/broken.jpg", reason: "broken: it cannot be decoded" }]);
    const source = await openImageSource(new ShardStore(), dataset.id);
    for await (const { pixels, labels } of source.chunks("train")) {
      expect([...labels]).toEqual([0, 0, 1]);
      expect([pixels[0], pixels[8], pixels[128], pixels[136], pixels[256]]).toEqual([10, 245, 235, 20, 30]);
    }
  });

  it("cancels within 200 ms and leaves nothing", async () => {
    const files = [
      picked("pets.zip", await zip(classes("", pets, 1500).map((entry) => ({ ...entry, level: 0 })))),
    ];
    await client.inspectFiles(files, ignore);
    let under: () => void = ignore;
    const underWay = new Promise<void>((resolve) => (under = resolve));
    const result = client
      .importFiles(choices, ({ done }) => done > 50 && under())
      .catch((error: unknown) => error);
    await underWay;
    const asked = performance.now();
    await client.cancelImport();
    expect(performance.now() - asked).toBeLessThan(200);
    expect(await result).toMatchObject({ name: "AbortError" });
    expect(await recordsLeft()).toBe(0);
    await expect(importAs(files)).resolves.toBeTruthy(); // and the worker is free again
  });

  it("names the shard whose bytes changed on disk", async () => {
    const { dataset } = await importAs(idxPair("train", [0, 1, 0, 1]), {
      size: { width: 3, height: 4 },
      channels: 1,
    });
    const database = await openDB(DATABASE);
    const key = [dataset.id, "train", 0];
    const shard = (await database.get("shards", key)) as { pixels: Blob };
    const bytes = flipped(new Uint8Array(await shard.pixels.arrayBuffer()), 3);
    await database.put("shards", { ...shard, pixels: new Blob([bytes]) });
    database.close();
    const source = await openImageSource(new ShardStore(), dataset.id);
    await expect(source.chunks("train")[Symbol.asyncIterator]().next()).rejects.toThrow(
      'Dataset "pets": train shard 1 does not match its SHA-256.',
    );
  });

  it("streams an export to a file, the same bytes as in memory, and leaves it as it was when it is cancelled", async () => {
    // a real file with a real createWritable, as the picker gives one: the dialog itself cannot be clicked here
    const folder = await navigator.storage.getDirectory();
    const place = await folder.getFileHandle("set.zip", { create: true });
    const snapshot = exampleSnapshot();
    const formats = ["npz", "pngFolder"];
    const inMemory = await client.exportSnapshot(snapshot, formats, null, ignore);
    const onDisk = await client.exportSnapshot(snapshot, formats, place, ignore);
    expect(onDisk).toEqual({ name: "set.zip", bytes: inMemory.bytes, blob: null });
    const bytes = async () => new Uint8Array(await (await place.getFile()).arrayBuffer());
    expect(await bytes()).toEqual(new Uint8Array(await inMemory.blob!.arrayBuffer()));

    const before = await bytes();
    const cancelled = client
      .exportSnapshot(snapshot, formats, place, ignore)
      .catch((error: unknown) => error);
    await client.cancelExport();
    expect(await cancelled).toMatchObject({ name: "AbortError" });
    expect(await bytes()).toEqual(before);
    await folder.removeEntry("set.zip");
  });

  it("makes the sample dataset", async () => {
    const samples = await client.listSamples();
    expect(samples.map(({ id }) => id)).toContain("shapes10");
    const { dataset, report } = await client.importSample("shapes10", ignore);
    expect(dataset).toMatchObject({ name: "Shapes-10", shape: { height: 32, width: 32, channels: 3 } });
    expect(report.counts).toEqual({ train: Array(10).fill(500), test: Array(10).fill(100) });
    await expect(client.importSample("nothing", ignore)).rejects.toThrow('There is no sample "nothing".');
  });
});
