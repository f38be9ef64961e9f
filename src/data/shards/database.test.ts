import "fake-indexeddb/auto";
import { deleteDB, openDB } from "idb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { StorageEvent } from "@/shared/storage";
import { StudioDatabase } from "./database";
import { SCHEMA_VERSION } from "./migrations";
import { ShardStore } from "./shardStore";
import { storageError } from "./storageError";

let name = "";
let events: StorageEvent[] = [];
let databases = 0;
beforeEach(() => {
  name = `database-${databases++}`;
  events = [];
});
const studio = () => new StudioDatabase(name, { onEvent: (event) => events.push(event), patienceMs: 100 });
const shard = {
  split: "train" as const,
  index: 0,
  count: 1,
  pixels: new Blob(["x"]),
  labels: new Blob(["yz"]),
  sha256: "",
};

describe("the studio's database", () => {
  it("stores all of a transaction or nothing of it", async () => {
    const database = studio();
    const failing = database.write(["staging"], async (transaction) => {
      await transaction.objectStore("staging").put({ datasetId: "a" });
      throw new Error("half way");
    });
    await expect(failing).rejects.toThrow("half way");
    expect(await (await database.open()).count("staging")).toBe(0);
    await database.write(["staging"], (transaction) =>
      transaction.objectStore("staging").put({ datasetId: "b" }),
    );
    expect(await (await database.open()).count("staging")).toBe(1);
  });

  it("writes nothing that this tab may not write, but sweeps up after dead imports", async () => {
    await studio().write(["staging"], (transaction) =>
      transaction.objectStore("staging").put({ datasetId: "dead" }),
    );
    const database = new StudioDatabase(name, { mayWrite: () => Promise.reject(new Error("not this tab")) });
    const store = new ShardStore(database);
    await expect(store.stage("new")).rejects.toThrow("not this tab");
    await expect(store.delete("dead")).rejects.toThrow("not this tab");
    expect(await (await database.open()).getAllKeys("staging")).toEqual(["dead"]);
    expect(await store.sweep()).toBe(1);
    expect(await (await database.open()).count("staging")).toBe(0);
  });

  it("opens again what the browser closes while it opens, as it does when it clears the site's data", async () => {
    const open = indexedDB.open.bind(indexedDB);
    const asked = vi.spyOn(indexedDB, "open").mockImplementationOnce((wanted, version) => {
      const request = open(wanted, version);
      request.addEventListener("upgradeneeded", (event) => {
        event.stopImmediatePropagation(); // nothing is migrated
        request.transaction!.abort();
      });
      return request;
    });
    expect(await (await new StudioDatabase(name).open()).count("staging")).toBe(0);
    expect(asked).toHaveBeenCalledTimes(2);
    asked.mockRestore();
  });

  it("says so when another tab holds an older version, instead of waiting, and opens once it is free", async () => {
    const old = await openDB(name, 1); // as a tab that hears no versionchange
    const database = studio();
    await expect(database.open()).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining("Another tab keeps an older version") as string,
      hint: expect.stringContaining("Close the other tabs") as string,
    });
    old.close();
    expect((await database.open()).version).toBe(SCHEMA_VERSION);
  });

  it("gives way to a newer version, says so, and leaves its data alone", async () => {
    const database = studio();
    await database.open();
    const newer = await openDB(name, SCHEMA_VERSION + 1, {
      upgrade: (upgraded) => void upgraded.createObjectStore("new"),
    });
    await newer.put("new", "kept", "key");
    expect(events).toEqual(["superseded"]);
    await expect(database.open()).rejects.toThrow(/newer version of the studio/);
    expect(await newer.get("new", "key")).toBe("kept");
    newer.close();
  });

  it("gives way when it is deleted, says so, and goes on with an empty one", async () => {
    const database = studio();
    const store = new ShardStore(database);
    const staging = await store.stage("lost");
    await staging.put(shard);
    await deleteDB(name);
    expect(events).toEqual(["cleared"]);
    expect(await store.list()).toEqual([]);
    await expect(staging.put({ ...shard, index: 1 })).rejects.toMatchObject({
      name: "UserError",
      message: "The studio's storage was cleared while this import was going on.",
    });
    await staging.discard();
    const connection = await database.open();
    expect(await connection.count("shards")).toBe(0);
  });

  it("does not publish an import whose first shards were cleared", async () => {
    const database = studio();
    const store = new ShardStore(database);
    const staging = await store.stage("half");
    await staging.put(shard);
    await deleteDB(name);
    const info = { id: "half", name: "half" } as Parameters<typeof staging.commit>[0];
    const details = { preview: { pixels: new Uint8Array(0) } } as Parameters<typeof staging.commit>[1];
    await expect(staging.commit(info, details)).rejects.toThrow("was cleared");
    expect(await store.list()).toEqual([]);
  });

  it("has a kind for what the studio acts on", () => {
    const off = ["SecurityError", "InvalidStateError", "UnknownError", "ReferenceError"];
    for (const errorName of off) {
      const error = storageError(Object.assign(new Error("no"), { name: errorName }));
      expect(error).toMatchObject({ name: "UserError", kind: "storageOff" });
    }
    const full = storageError(Object.assign(new Error(""), { name: "QuotaExceededError" }));
    expect(full).toMatchObject({ name: "UserError", kind: "storageFull" });
    const mistake = new TypeError("a programmer's");
    expect(storageError(mistake)).toBe(mistake);
  });
});
