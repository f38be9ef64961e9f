/**
 * Puts checked things into the store. What is large goes first, under ids that no list shows and marked as on its
 * way, as an import does; then one transaction makes everything visible, or nothing. A tab that dies in between leaves
 * only what the next start sweeps away. Nothing that is stored is ever written over.
 */
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ProjectOpened } from "@/shared/project";
import { holdImport } from "../shards/importLocks";
import { keysOf, type StudioDatabase } from "../shards/database";
import { uniqueName } from "@/shared/uniqueName";
import { ByteMeter, type Surroundings } from "./byteMeter";
import { blobBytes } from "./checkItem";
import { mainRecord, mainStore, ownedBy, type Item, type StoredRecord, type StoreName } from "./itemKind";
import { choosePlaces, type Place } from "./choosePlaces";
import { loadArrays } from "./recordCodec";

type Placed = Pick<ProjectOpened, "added" | "known" | "beside">;

/** @throws UserError when there is no room, or the signal's reason; the store is then as it was */
export async function placeItems(
  database: StudioDatabase,
  items: readonly Item[],
  around: Surroundings,
): Promise<Placed> {
  const { signal } = around;
  const { places, known } = await choosePlaces(await database.open(), items, signal);
  const needs = places.reduce((sum, { item }) => sum + blobBytes(item), 0);
  const meter = new ByteMeter("storing", needs, around);
  const held: { id: string; free: () => void }[] = [];
  try {
    for (const place of places.filter(({ item }) => item.kind.staged)) {
      const id = String(place.owner[0]);
      held.push({ id, free: await holdImport(id) });
      await stage(database, place, id, meter, signal);
    }
    const small = places.filter(({ item }) => !item.kind.staged);
    const loaded = await Promise.all(small.map(recordsAt));
    signal.throwIfAborted();
    const beside = await publish(database, places, loaded.flat(), signal);
    meter.finish();
    const added: Record<string, number> = {};
    for (const { item } of places) added[item.kind.label] = (added[item.kind.label] ?? 0) + 1;
    return { added, known, beside };
  } catch (error) {
    for (const { id } of held) await unstage(database, id).catch(() => undefined); // then the next start sweeps it
    throw error;
  } finally {
    for (const { free } of held) free();
  }
}

/** A record and the store it goes to. */
interface Write {
  store: StoreName;
  record: StoredRecord;
}

/** The records of a thing under its new owner, typed arrays read. */
async function recordsAt({ item, owner }: Place): Promise<Write[]> {
  const writes: Write[] = [];
  for (const [store, records] of Object.entries(item.records) as [StoreName, StoredRecord[]][])
    for (const record of records)
      writes.push({ store, record: await loadArrays(ownedBy(item.kind.stores[store]!, record, owner)) });
  return writes;
}

/** Stores all of a thing but the record that makes it exist, each record by itself. */
async function stage(
  database: StudioDatabase,
  { item, owner }: Place,
  id: string,
  meter: ByteMeter,
  signal: AbortSignal,
): Promise<void> {
  await database.write(["staging"], (transaction) =>
    transaction.objectStore("staging").put({ datasetId: id }),
  );
  const main = mainStore(item.kind);
  for (const [store, records] of Object.entries(item.records) as [StoreName, StoredRecord[]][])
    for (const stored of store === main ? [] : records) {
      signal.throwIfAborted();
      const record = await loadArrays(ownedBy(item.kind.stores[store]!, stored, owner));
      const needs = blobBytes({ ...item, records: { [store]: [stored] } });
      await database.write([store], (transaction) => transaction.objectStore(store).add(record as never), {
        durability: "relaxed", // what makes it exist is written strictly, behind it
        needs,
      });
      meter.add(needs);
    }
}

/** The one transaction that makes everything visible. @returns the new names of what stands beside something */
async function publish(
  database: StudioDatabase,
  places: readonly Place[],
  small: readonly Write[],
  signal: AbortSignal,
): Promise<string[]> {
  const stores = new Set<StoreName>([...small.map(({ store }) => store), "datasets", "staging"]);
  const beside = places
    .filter(({ item, isBeside }) => isBeside && !item.kind.staged)
    .map(({ item, owner }) => item.kind.nameOf({ ...item, owner }));
  await database
    .write([...stores], async (transaction) => {
      const names: { name: string }[] = await transaction.objectStore("datasets").getAll();
      for (const { item, owner, isBeside } of places.filter(({ item }) => item.kind.staged)) {
        const info = ownedBy(item.kind.stores.datasets!, mainRecord(item), owner) as unknown as DatasetInfo;
        const named = { ...info, name: uniqueName(info.name, names) };
        names.push(named);
        if (isBeside) beside.push(named.name);
        await transaction.objectStore("datasets").add(named);
        await transaction.objectStore("staging").delete(named.id);
      }
      for (const { store, record } of small) {
        signal.throwIfAborted();
        await transaction.objectStore(store).add(record as never);
      }
    })
    .catch((error: unknown) => {
      throw error instanceof Error && error.name === "ConstraintError" ? changedMeanwhile() : error;
    });
  return beside;
}

const changedMeanwhile = (): UserError =>
  new UserError(
    "Something was stored while the project was being opened, so nothing of it was taken in.",
    "Open it again.",
  );

const unstage = (database: StudioDatabase, id: string): Promise<unknown> =>
  database.write(["shards", "details", "staging"], (transaction) =>
    Promise.all([
      transaction.objectStore("shards").delete(keysOf(id)),
      transaction.objectStore("details").delete(id),
      transaction.objectStore("staging").delete(id),
    ]),
  );
