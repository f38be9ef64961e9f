import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import type { Snapshot } from "@/shared/run";
import { StoredScores } from "./scoreStore";
import { SnapshotStore } from "./snapshotStore";

let databases = 0;
let name = "";
let store: SnapshotStore;
beforeEach(() => {
  name = `snapshots-${databases++}`;
  store = new SnapshotStore(name);
});

function made(changed: Partial<Snapshot> = {}): Snapshot {
  const random = new Random(3);
  const choice = { id: "x", params: {} };
  return {
    config: {
      datasetId: "d",
      run: { ipc: 2 },
      method: { id: "dm", params: {} },
      network: choice,
      augmentation: choice,
      evaluation: choice,
    },
    iteration: 7,
    shape: { height: 2, width: 3, channels: 3 },
    images: random.fillNormal(new Float32Array(4 * 18)) as Float32Array<ArrayBuffer>,
    labels: Uint16Array.of(0, 0, 1, 1),
    classNames: ["a", "b"],
    datasetName: "pets",
    datasetFingerprint: "f",
    mean: [0.5, 0.5, 0.5],
    std: [0.2, 0.2, 0.2],
    evaluations: [],
    ...changed,
  };
}

describe("kept sets", () => {
  it("come back exactly, with soft labels and the learned rate", async () => {
    const soft = made({ targets: Float32Array.of(1, 0, 0.75, 0.25, 0, 1, 0.5, 0.5), synLr: 0.02 });
    for (const snapshot of [made(), soft]) {
      const { id } = await store.save(snapshot, 5);
      expect(await store.read(id)).toEqual(snapshot);
    }
    expect(await store.list()).toHaveLength(2);
  });

  it("come back with the pictures of whitened images", async () => {
    const pictures = Uint8Array.from({ length: made().images.length }, (_, i) => (i * 9) % 256);
    const { id, bytes } = await store.save(made({ pictures }), 5);
    expect(await store.read(id)).toEqual(made({ pictures }));
    const plain = await store.save(made(), 5);
    expect([id === plain.id, bytes - plain.bytes]).toEqual([false, pictures.length]);
  });

  it("bring their history, which their id does not depend on, and are whole without", async () => {
    const history = {
      shape: { height: 2, width: 3, channels: 3 as const },
      classes: 2,
      perClass: 1,
      iterations: [0, 7],
      pixels: Uint8Array.from({ length: 72 }, (_, i) => i),
    };
    const { id, bytes } = await store.save(made({ history }), 5);
    expect(await store.read(id)).toEqual(made({ history }));
    expect(bytes).toBe(4 * 18 * 4 + 4 * 2 + 72);
    expect((await store.save(made({ history: { ...history, pixels: new Uint8Array(5) } }), 6)).id).toBe(id);
    expect(await store.read(id)).toEqual(made());
  });

  it("keep id and time when they are kept again, and take newer evaluations in", async () => {
    const first = await store.save(made(), 5);
    expect(first).toMatchObject({ method: "dm", ipc: 2, iteration: 7, savedAt: 5, accuracy: null });
    expect(first.bytes).toBe(4 * 18 * 4 + 4 * 2);
    const score = { iteration: 7, accuracies: [0.5, 0.7], mean: 0.6, std: 0.1 };
    const other = { ...score, iteration: 3, mean: 0.9 };
    const again = await store.save(made({ evaluations: [other, score] }), 9);
    expect(again).toEqual({ ...first, accuracy: 0.6 });
    expect(await store.list()).toEqual([again]);
  });

  it("differ in id when one number differs", async () => {
    const { id } = await store.save(made(), 1);
    const other = made();
    other.images[5]! += 1e-3;
    expect((await store.save(other, 2)).id).not.toBe(id);
    expect((await store.save(made({ synLr: 0.1 }), 3)).id).not.toBe(id);
    expect((await store.list()).map(({ savedAt }) => savedAt)).toEqual([3, 2, 1]);
  });

  it("know the best mean of their scores, and lose them when deleted", async () => {
    const scores = new StoredScores(name);
    const { id } = await store.save(made(), 1);
    const put = (subject: "set" | "png", recipe: string, index: number, accuracy: number) =>
      scores.put({ owner: id, subject, recipe, index }, { accuracy, confusion: [[1]] });
    await put("set", "r1", 0, 0.2);
    await put("set", "r1", 1, 0.4);
    await put("set", "r2", 0, 0.25);
    await put("png", "r2", 0, 0.9);
    expect((await store.list())[0]?.accuracy).toBeCloseTo(0.3, 12);
    expect(await scores.get({ owner: id, subject: "set", recipe: "r1", index: 1 })).toEqual({
      accuracy: 0.4,
      confusion: [[1]],
    });
    expect(await scores.get({ owner: id, subject: "set", recipe: "r3", index: 0 })).toBeNull();
    await store.delete(id);
    expect(await store.list()).toEqual([]);
    expect(await scores.get({ owner: id, subject: "set", recipe: "r1", index: 1 })).toBeNull();
    await expect(store.read(id)).rejects.toThrow("no longer kept");
  });

  it("refuse numbers that are none, and bytes that have changed", async () => {
    const broken = made();
    broken.images[3] = NaN;
    await expect(store.save(broken, 1)).rejects.toThrow("diverged");
    const { id } = await store.save(made(), 1);
    const database = await openDB(name);
    const record = (await database.get("snapshots", id)) as { images: Blob };
    await database.put("snapshots", { ...record, images: new Blob([new Float32Array(4 * 18)]) });
    database.close();
    await expect(store.read(id)).rejects.toThrow("SHA-256");
  });
});
