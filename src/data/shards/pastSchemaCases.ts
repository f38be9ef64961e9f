/** What today's code must still do with every past version of the database; run in Node and in a browser. */
import { describe, expect, it } from "vitest";
import { collectAll } from "../collectAll";
import { buildPastDatabase, PAST_KEY, type PastVersion } from "../fixtures/pastSchemas";
import { openImageSource } from "../imageSource";
import { StoredScores } from "../runs/scoreStore";
import { SnapshotStore } from "../runs/snapshotStore";
import { ExpertStore, setIdOf, trajectoriesOf } from "../runs/trajectoryStore";
import { StudioDatabase } from "./database";
import { SCHEMA_VERSION } from "./migrations";
import { ShardStore } from "./shardStore";

const VERSIONS: readonly PastVersion[] = [1, 2, 3];

export function pastSchemaCases(prefix: string): void {
  describe.each(VERSIONS)("a database of version %i", (version) => {
    const open = async () => {
      const name = `${prefix}-${version}-${databases++}`;
      await buildPastDatabase(name, version);
      return new StudioDatabase(name);
    };

    it("opens as today's, and what a crash left is swept", async () => {
      const database = await open();
      const connection = await database.open();
      expect(connection.version).toBe(SCHEMA_VERSION);
      expect(await new ShardStore(database).sweep()).toBe(1);
      expect(await connection.count("shards")).toBe(2);
      await database.close();
    });

    it("gives its datasets, byte for byte", async () => {
      const database = await open();
      const store = new ShardStore(database);
      const [info, ...others] = await store.list();
      expect(others).toEqual([]);
      expect(info).toMatchObject({ name: "pets", classNames: ["cat", "dog"], mean: [0.02] });
      const source = await openImageSource(store, info!.id);
      const [train] = await collectAll(source.chunks("train"));
      expect([...train!.pixels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect([...train!.labels]).toEqual([0, 1, 0]);
      const [test] = await collectAll(source.chunks("test"));
      expect([...test!.pixels]).toEqual([12, 13, 14, 15]);
      expect((await store.report(info!.id))?.skipped).toHaveLength(1);
      expect((await store.preview(info!.id)).counts).toEqual([2, 1]);
      expect((await store.rename(info!.id, "animals")).name).toBe("animals");
      await store.delete(info!.id);
      expect(await store.list()).toEqual([]);
      await database.close();
    });

    it("gives its experts, or takes the first in", async () => {
      const database = await open();
      const store = new ExpertStore(() => 1, database);
      const sets = await store.list();
      const info = (await new ShardStore(database).list())[0]!;
      const trajectories = trajectoriesOf(store, info);
      if (version < 2) expect(sets).toEqual([]);
      else {
        expect(sets).toMatchObject([{ id: await setIdOf(PAST_KEY), bytes: 42 }]);
        expect(await trajectories.experts(PAST_KEY)).toMatchObject([{ trainedEpochs: 2, epochs: [0, 2] }]);
        expect([...(await trajectories.weights(PAST_KEY, 0, 0))]).toEqual([
          ...Float32Array.of(0.1, -0.2, 0.3),
        ]);
        expect([...(await trajectories.weights(PAST_KEY, 0, 2))]).toEqual([0.5, -1, 2]);
        const state = await trajectories.state(PAST_KEY, 0);
        expect([...state!.velocity!]).toEqual([0.25, 0.125, -0.5]);
      }
      const state = { epoch: 3, weights: Float32Array.of(1, 2, 3), velocity: null };
      await trajectories.save(PAST_KEY, 0, state, "float32", 0.9);
      expect([...(await trajectories.weights(PAST_KEY, 0, 3))]).toEqual([1, 2, 3]);
      await database.close();
    });

    it("gives its kept sets and scores", async () => {
      const database = await open();
      const snapshots = new SnapshotStore(database);
      const list = await snapshots.list();
      if (version < 3) expect(list).toEqual([]);
      else {
        expect(list).toMatchObject([{ datasetName: "pets", ipc: 1, iteration: 7, accuracy: 0.8 }]);
        const snapshot = await snapshots.read(list[0]!.id);
        expect([...snapshot.images]).toEqual([0, 1, 2, 3, -1, -2, -3, -4]);
        expect([...snapshot.targets!]).toEqual([0.75, 0.25, 0, 1]);
        expect(snapshot.synLr).toBe(0.02);
        const key = { owner: list[0]!.id, subject: "set" as const, recipe: "a recipe", index: 0 };
        expect(await new StoredScores(database).get(key)).toMatchObject({ accuracy: 0.8 });
      }
      await database.close();
    });
  });
}

let databases = 0;
