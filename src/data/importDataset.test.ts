import "fake-indexeddb/auto";
import { decode } from "fast-png";
import { openDB } from "idb";
import { describe, expect, it } from "vitest";
import type { ImportProgress } from "@/shared/importing";
import { classes, flipped, gzip, hugePng, idxPair, patched, picked, png, zip } from "./fixtures/madeFiles";
import { testImport } from "./fixtures/testImport";
import { importFiles, storeImages } from "./importDataset";

const pets = ["cat", "dog"];
const reasons = (skipped: { path: string; reason: string }[]) =>
  skipped.map((s) => `${s.path}: ${s.reason}`).sort();

describe("the report of an import", () => {
  it("names 100,000 skipped files and counts the rest", async () => {
    const { environment } = testImport();
    async function* items() {
      await Promise.resolve();
      const labels = [0, 1];
      yield { kind: "images", split: "train", pixels: Uint8Array.of(1, 2), labels } as const;
      for (let i = 0; i < 100_003; i++)
        yield { kind: "skipped", path: `${i}.txt`, reason: "no image" } as const;
    }
    const { report } = await storeImages(
      {
        name: "much",
        source: "test",
        shape: { height: 1, width: 1, channels: 1 },
        classNames: pets,
        total: 2,
        phase: "decoding",
        items: items(),
        notes: () => [],
      },
      environment(),
    );
    expect(report.skipped).toHaveLength(100_000);
    expect(report.notes).toEqual(["3 more files were left out: the list names the first 100,000."]);
  });
});

describe("importing a zip of class folders", () => {
  it("stores every picture with its class and split, byte for byte, stored or deflated", async () => {
    const { run, stored, store } = testImport();
    const entries = [
      ...classes("pets/train/", pets, 3).map((entry, i) => ({ ...entry, level: i % 2 ? 6 : 0 })),
      ...classes("pets/test/", pets, 2, 50),
      { path: "__MACOSX/pets/train/cat/._0.png", bytes: png(1) },
      { path: "pets/.DS_Store", bytes: png(1) },
    ];
    const { dataset, report } = await run([picked("x/pets.zip", await zip(entries))]);
    expect(dataset).toMatchObject({ name: "pets", source: "imageZip", classNames: pets });
    expect(dataset.shape).toEqual({ height: 8, width: 8, channels: 3 });
    expect(report.counts).toEqual({ train: [3, 3], test: [2, 2] });
    expect(report.skipped).toEqual([]);
    const train = await stored(dataset.id);
    expect(train.labels).toEqual([0, 0, 0, 1, 1, 1]);
    expect(train.pixels).toEqual(entries.slice(0, 6).flatMap(({ bytes }) => [...decode(bytes).data]));
    expect((await store.preview(dataset.id)).pixels.subarray(0, 192)).toEqual(
      Uint8Array.from(train.pixels.slice(0, 192)),
    );
    expect((await store.report(dataset.id))?.counts).toEqual(report.counts);
  });

  it("gives the same fingerprint to the same pictures in a folder", async () => {
    const { run } = testImport();
    const entries = classes("", pets, 3);
    const fromZip = await run([picked("pets.zip", await zip(entries))]);
    const fromFolder = await run(
      [...entries].reverse().map(({ path, bytes }) => picked(`pets/${path}`, bytes)),
    );
    expect(fromFolder.dataset.fingerprint).toBe(fromZip.dataset.fingerprint);
    expect([fromZip.dataset.name, fromFolder.dataset.name]).toEqual(["pets", "pets 2"]);
  });

  it("leaves out single files with a reason each", async () => {
    const { run } = testImport();
    const good = classes("", pets, 2);
    const made = await zip([
      ...good,
      { path: "cat/secret.png", bytes: png(1), password: "x" },
      { path: "zz/zz/out.png", bytes: png(2) },
      { path: "cat/text.png", bytes: new TextEncoder().encode("not a picture") },
      { path: "cat/empty.png", bytes: new Uint8Array(0) },
      { path: "cat/broken.png", bytes: flipped(png(3), 60) },
      { path: "cat/cut.png", bytes: png(3).slice(0, 70) },
      { path: "cat/huge.png", bytes: hugePng(30_000, 30_000) },
      { path: "cat/bomb.png", bytes: new Uint8Array(20 * 2 ** 20) },
      { path: "cat/notes.txt", bytes: png(4) },
      { path: "readme.png", bytes: png(4) },
      { path: "dog/1.pnh", bytes: png(4) },
    ]);
    const hostile = patched(patched(made, "zz/zz/out.png", "../../out.png"), "dog/1.pnh", "dog/1.png");
    const { report } = await run([picked("pets.zip", hostile)]);
    expect(report.counts.train).toEqual([2, 2]);
    expect(reasons(report.skipped)).toEqual([
      "../../out.png: unsafe name: it leads out of its folder",
      "cat/bomb.png: unpacks to more than 200 times its size, as no images do",
      "cat/broken.png: broken: it cannot be decoded",
      "cat/cut.png: broken: it cannot be decoded",
      "cat/empty.png: not an image: the file is empty",
      "cat/huge.png: too large: 30,000 × 30,000 is more than 12.5 megapixels; scale it down",
      "cat/notes.txt: not an image (.txt)",
      "cat/secret.png: encrypted: the archive asks for a password",
      "cat/text.png: not an image: it is text",
      "dog/1.png: a second file of the same name in the archive",
      "readme.png: not in a class folder",
    ]);
  });

  it("leaves out a file that unpacks to another size than it says", async () => {
    const { run } = testImport();
    const liar = { path: "cat/liar.png", bytes: new Uint8Array(1_234_567) };
    const made = await zip([...classes("", pets, 2), liar]);
    const size = (bytes: number) => String.fromCharCode(bytes & 255, (bytes >> 8) & 255, bytes >> 16, 0);
    const { report } = await run([picked("pets.zip", patched(made, size(1_234_567), size(1000)))]);
    expect(reasons(report.skipped)).toEqual([
      "cat/liar.png: broken: it does not unpack to the 1,000 bytes that the archive announces",
    ]);
  });

  it("fails as a whole, says what and where, and leaves the store as it was", async () => {
    const { run, store, databaseName } = testImport();
    const { dataset } = await run([picked("first.zip", await zip(classes("", pets, 2)))]);
    const good = await zip(classes("", pets, 3).map((entry) => ({ ...entry, level: 0 })));
    const pictureAt = Buffer.from(good).indexOf("dog/1.png") + 60;
    const cases: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
      ["cut", good.slice(0, good.length - 30), /^cut\.zip is cut short or damaged: the table of contents/],
      ["half", good.slice(0, good.length >> 1), /^half\.zip is cut short or damaged/],
      ["crc", flipped(good, pictureAt), /^crc\.zip is damaged: the CRC-32 of "dog\/1\.png" is wrong\.$/],
      ["text", new TextEncoder().encode("hello, this is no zip file at all"), /^text\.zip is no zip file/],
      ["none", await zip([]), /^none\.zip holds no images/],
      [
        "flat",
        await zip([{ path: "1.png", bytes: png(1) }]),
        /^flat\.zip has no labels: 1 images lie in no class/,
      ],
      ["one", await zip(classes("", ["cat"], 3)), /^"one" has one class only: cat\.$/],
      [
        "text2",
        await zip([{ path: "a/b.txt", bytes: png(1) }]),
        /holds no images: 1 files .*not an image \(\.txt\)/,
      ],
    ];
    for (const [name, bytes, message] of cases) {
      await expect(run([picked(`${name}.zip`, bytes)]), name).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(/./) as string,
      });
    }
    expect((await store.list()).map(({ id }) => id)).toEqual([dataset.id]);
    expect(await recordCounts(databaseName)).toEqual({ datasets: 1, details: 1, shards: 1, staging: 0 });
  });

  it("fails when a class has no picture that can be read", async () => {
    const { run, store } = testImport();
    const entries = [...classes("", pets, 2), { path: "fox/1.png", bytes: new Uint8Array(9) }];
    await expect(run([picked("a.zip", await zip(entries))])).rejects.toThrow(
      'Class "fox" has no image that could be read. 1 files were left out (fox/1.png: not an image',
    );
    expect(await store.list()).toEqual([]);
  });
});

describe("many files", () => {
  it("counts every one of 10,001 files in a folder", async () => {
    const { run } = testImport();
    const pictures = [png(1, 2, 2), png(2, 2, 2)];
    const files = Array.from({ length: 10_001 }, (_, i) =>
      picked(`${pets[i % 2]}/${i}.png`, pictures[i % 2]!),
    );
    const { report } = await run(files);
    expect(report.counts.train).toEqual([5001, 5000]);
  });
});

describe("cancel and progress", () => {
  it("ends with an AbortError and leaves nothing", async () => {
    const { inspect, environment, databaseName } = testImport();
    const entries = classes("", pets, 40);
    const inspected = await inspect([picked("pets.zip", await zip(entries))]);
    const controller = new AbortController();
    let seen = 0;
    const choices = {
      name: "pets",
      size: { width: 8, height: 8 },
      channels: 3 as const,
      testShare: 0,
      seed: 0,
    };
    const result = importFiles(inspected, choices, {
      ...environment(controller.signal),
      onProgress: ({ done }) => {
        seen = done;
        controller.abort();
      },
    });
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(80);
    expect(await recordCounts(databaseName)).toEqual({ datasets: 0, details: 0, shards: 0, staging: 0 });
  });

  it("tells how many, how fast and how long", async () => {
    const { inspect, environment } = testImport();
    const inspected = await inspect(idxPair("train", Array<number>(200).fill(0).concat(1, 1)));
    const { size, channels } = inspected.plan;
    const told: ImportProgress[] = [];
    await importFiles(
      inspected,
      { name: "n", size, channels, testShare: 0, seed: 0 },
      {
        ...environment(),
        onProgress: (progress) => told.push(progress),
      },
    );
    const last = told.at(-1)!;
    expect(last).toMatchObject({ phase: "decoding", unit: "images", done: 202, total: 202, eta: 0 });
    expect(last.perSecond).toBeGreaterThan(0);
  });
});

describe("files that no reader takes", () => {
  it("tells why each one does not", async () => {
    const { inspect } = testImport();
    await expect(inspect([picked("table.csv", png(1))])).rejects.toMatchObject({
      message: "No format that is known fits table.csv.",
      hint: expect.stringMatching(
        /IDX \(MNIST family\): table\.csv is not named .*; .*\.zip among them/,
      ) as string,
    });
    await expect(inspect([picked("a/.DS_Store", png(1))])).rejects.toThrow("There are no files to import.");
  });
});

describe("IDX files that are not whole", () => {
  it("says what and where", async () => {
    const { inspect, run } = testImport();
    const [images, labels] = idxPair("train", [0, 1, 2, 1]) as [
      ReturnType<typeof picked>,
      ReturnType<typeof picked>,
    ];
    const bytes = async (file: Blob) => new Uint8Array(await file.arrayBuffer());
    const packed = await gzip(await bytes(images.file));
    const other = idxPair("train", [0, 1])[1]!;
    await expect(inspect([images])).rejects.toThrow(/train-images-idx3-ubyte has no labels/);
    await expect(inspect([images, other])).rejects.toThrow(/has 4 images, but .* has 2 labels/);
    const cut = picked(images.path, (await bytes(images.file)).slice(0, 40));
    await expect(run([cut, labels])).rejects.toThrow(
      /train-images-idx3-ubyte is cut short: it announces 4 × 4 × 3 values, 64 bytes, and holds 40 at most/,
    );
    const broken = picked(`${images.path}.gz`, packed.slice(0, packed.length - 9));
    await expect(run([broken, labels])).rejects.toThrow(/ubyte\.gz is (damaged or )?cut short/);
    const wrongCrc = picked(`${images.path}.gz`, flipped(packed, packed.length - 6));
    await expect(run([wrongCrc, labels])).rejects.toThrow(/ubyte\.gz is damaged or cut short/);
    const alien = picked(images.path, new TextEncoder().encode("hello world, no idx"));
    await expect(inspect([alien, labels])).rejects.toThrow(/is no IDX file: it starts with 68 65 6c 6c/);
    const one = idxPair("train", [4, 4]);
    await expect(inspect(one)).rejects.toThrow("has one class only: 4");
  });
});

/** Records in each table that an import writes to. */
async function recordCounts(databaseName: string): Promise<Record<string, number>> {
  const database = await openDB(databaseName);
  const counts: Record<string, number> = {};
  for (const name of ["datasets", "details", "shards", "staging"]) counts[name] = await database.count(name);
  database.close();
  return counts;
}
