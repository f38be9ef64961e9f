import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";
import type { Checkpoint } from "@/shared/checkpoint";
import { Random } from "@/shared/random";
import { migrations, SCHEMA_VERSION, type CheckpointRecord } from "../shards/migrations";
import { CheckpointStore, type BegunRun } from "./checkpointStore";
import { packCheckpoint, unpackCheckpoint } from "./packedCheckpoint";

let databases = 0;
let name = "";
let store: CheckpointStore;
beforeEach(() => {
  name = `checkpoints-${databases++}`;
  store = new CheckpointStore(name);
});

const choice = { id: "x", params: {} };
const config = {
  datasetId: "d",
  run: { ipc: 2, iterations: 50 },
  method: { id: "dm", params: {} },
  ...{ network: choice, augmentation: choice, evaluation: choice },
};
const run: BegunRun = {
  id: "r",
  config,
  datasetName: "pets",
  datasetFingerprint: "f",
  iterations: 50,
};

function at(iteration: number): Checkpoint {
  const random = new Random(iteration);
  const tensor = (...shape: number[]) => ({
    shape,
    values: random.fillNormal(
      new Float32Array(shape.reduce((a, b) => a * b, 1)),
    ) as Float32Array<ArrayBuffer>,
  });
  return {
    config,
    datasetFingerprint: "f",
    datasetName: "pets",
    iteration,
    tensors: { images: tensor(4, 2, 3, 3), "images.velocity": tensor(4, 2, 3, 3), synLr: tensor() },
    evaluations: [{ iteration: 1, accuracies: [0.1, 0.3], mean: 0.2, std: 0.1 }],
    losses: { iterations: Int32Array.of(1, iteration), values: Float32Array.of(3.5, 0.1) },
    elapsedMs: 1234.5,
  };
}

/** Flips a bit of a stored generation, in its numbers or in its facts. */
async function damage(generation: 0 | 1, where: "parts" | "facts" = "parts"): Promise<void> {
  const database = await openDB(name);
  const record = (await database.get("checkpoints", ["r", generation])) as CheckpointRecord;
  const bytes = new Uint8Array(await record.parts[0]!.arrayBuffer());
  bytes[7]! ^= 1;
  const facts = record.facts.replace('"iteration":', '"iteration":1');
  await database.put(
    "checkpoints",
    where === "facts" ? { ...record, facts } : { ...record, parts: [new Blob([bytes])] },
  );
  database.close();
}

describe("a packed checkpoint", () => {
  it("brings the history of the run", async () => {
    const history = {
      shape: { height: 2, width: 3, channels: 3 as const },
      classes: 2,
      perClass: 1,
      iterations: [0, 7],
      pixels: Uint8Array.from({ length: 72 }, (_, i) => i),
    };
    const whole = { ...at(2), history };
    expect(await unpackCheckpoint(await packCheckpoint(whole, 52))).toEqual(whole);
  });

  it("is the same again, however it was cut", async () => {
    const bytes = (72 * 2 + 1 + 2 + 2) * 4;
    for (const partBytes of [8, 52, bytes - 4, bytes, bytes + 4, undefined]) {
      const packed = await packCheckpoint(at(7), partBytes);
      expect(packed.parts.length).toBe(Math.ceil(bytes / (partBytes ?? bytes)));
      expect(await unpackCheckpoint(packed)).toEqual(at(7));
    }
  });

  it("of a run that has shown nothing yet is the same again", async () => {
    const bare = {
      ...at(0),
      tensors: {},
      losses: { iterations: new Int32Array(), values: new Float32Array() },
    };
    expect(await unpackCheckpoint(await packCheckpoint(bare))).toEqual(bare);
  });

  it("is refused with a number that is none, wherever it stands", async () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const state = at(7);
      state.tensors["images.velocity"]!.values[71] = value;
      await expect(packCheckpoint(state)).rejects.toThrow('"images.velocity" holds a value');
      const shown = at(7);
      shown.losses.values[1] = value;
      await expect(packCheckpoint(shown)).rejects.toThrow('"losses" holds');
    }
  });
});

describe("an unfinished run", () => {
  it("is listed from its beginning, and begins anew before its first checkpoint", async () => {
    await store.begin(run, 5);
    expect(await store.list()).toEqual([
      { id: "r", config, datasetName: "pets", iteration: 0, iterations: 50, savedAt: 5, bytes: 0 },
    ]);
    expect(await store.read("r")).toMatchObject({ checkpoint: null, isOlder: false });
  });

  it("comes back exactly as it was last", async () => {
    await store.begin(run, 5);
    for (const iteration of [10, 20, 30]) await store.save(run, at(iteration), iteration);
    const { run: info, ...stored } = await store.read("r");
    expect(stored).toEqual({ checkpoint: at(30), datasetFingerprint: "f", isOlder: false });
    expect(await store.list()).toEqual([info]);
    expect(info).toMatchObject({ iteration: 30, iterations: 50, savedAt: 30 });
    expect(info.bytes).toBeGreaterThan(2 * (72 * 2 + 5) * 4);
  });

  it.each(["parts", "facts"] as const)(
    "whose newest checkpoint has damaged %s goes on from the one before, which stays",
    async (where) => {
      for (const iteration of [10, 20, 30]) await store.save(run, at(iteration), iteration);
      await damage(0, where); // 10 and 30 were written there
      expect(await store.read("r")).toMatchObject({
        checkpoint: at(20),
        isOlder: true,
        run: { iteration: 20 },
      });
      expect(await store.list()).toMatchObject([{ iteration: 20 }]);
      await store.save(run, at(21), 31); // over the damaged one
      await damage(0);
      expect(await store.read("r")).toMatchObject({ checkpoint: at(20), isOlder: true });
    },
  );

  it("whose newest checkpoint is not there goes on from the one before", async () => {
    for (const iteration of [10, 20]) await store.save(run, at(iteration), iteration);
    const database = await openDB(name);
    await database.delete("checkpoints", ["r", 1]);
    database.close();
    expect(await store.read("r")).toMatchObject({ checkpoint: at(10), isOlder: true });
  });

  it("with two damaged checkpoints says so, and stays until it is discarded", async () => {
    for (const iteration of [10, 20]) await store.save(run, at(iteration), iteration);
    await damage(0);
    await damage(1);
    await expect(store.read("r")).rejects.toThrow("are damaged, both of them");
    expect(await store.list()).toHaveLength(1);
    await store.delete("r");
    await expect(store.read("r")).rejects.toThrow("no longer stored");
  });

  it("keeps what it has when the next state is refused", async () => {
    await store.save(run, at(10), 10);
    const broken = at(20);
    broken.tensors["images"]!.values[0] = NaN;
    await expect(store.save(run, broken, 20)).rejects.toMatchObject({ kind: "diverged" });
    expect(await store.read("r")).toMatchObject({ checkpoint: at(10), isOlder: false });
  });

  it("says why it ended until it goes on", async () => {
    const error = { name: "UserError", message: "The GPU went away.", hint: "", kind: "deviceLost" as const };
    await store.save(run, at(10), 10);
    await store.noteError("r", error);
    expect(await store.list()).toMatchObject([{ error, iteration: 10 }]);
    await store.save(run, at(20), 20);
    expect((await store.list())[0]).not.toHaveProperty("error");
    await store.save(run, at(20), 20, error);
    expect(await store.list()).toMatchObject([{ error }]);
  });

  it("is deleted with its checkpoints and no others", async () => {
    for (const id of ["r", "r2"]) await store.save({ ...run, id }, at(10), 10);
    await store.delete("r");
    expect(await store.list()).toMatchObject([{ id: "r2" }]);
    const database = await openDB(name);
    expect(await database.getAllKeys("checkpoints")).toEqual([["r2", 0]]);
    database.close();
  });

  it("that finds no room says how much is taken, and keeps the generation before", async () => {
    await store.save(run, at(10), 10);
    const { put } = Object.getOwnPropertyDescriptors(IDBObjectStore.prototype);
    IDBObjectStore.prototype.put = function (value) {
      if (this.name === "unfinished") throw new DOMException("full", "QuotaExceededError");
      return put.value!.call(this, value);
    };
    try {
      await expect(store.save(run, at(20), 20)).rejects.toMatchObject({
        kind: "storageFull",
        message: expect.stringMatching(/1\.\d kB more did not fit/) as string,
        hint: expect.stringContaining("The checkpoint before it is untouched") as string,
      });
    } finally {
      Object.defineProperty(IDBObjectStore.prototype, "put", put);
    }
    const database = await openDB(name);
    expect(await database.getAllKeys("checkpoints")).toEqual([["r", 0]]); // nothing of it is left
    database.close();
    expect(await store.read("r")).toMatchObject({ checkpoint: at(10), isOlder: false });
  });
});

it("comes to a database of the version before without touching what is there", async () => {
  const upgrade = (database: unknown) => migrations.slice(0, 3).forEach((step) => step(database as never));
  const old = await openDB(name, 3, { upgrade });
  await old.put("staging", { datasetId: "d" });
  old.close();
  expect(await store.list()).toEqual([]);
  const database = await openDB(name);
  expect([database.version, await database.get("staging", "d")]).toEqual([
    SCHEMA_VERSION,
    { datasetId: "d" },
  ]);
  database.close();
});
