/**
 * Puts checked things into the store. What is large goes first, under ids that no list shows and marked as on its
 * way, as an import does; then one transaction makes everything visible, or nothing. A tab that dies in between leaves
 * only what the next start sweeps away. Nothing that is stored is ever written over.
 */
import type { IDBPDatabase } from "idb";
import { UserError } from "@/shared/errors";
import type { ProjectOpened } from "@/shared/project";
import { holdImport } from "../shards/importLocks";
import { keysOf } from "../shards/database";
import type { StudioSchema } from "../shards/migrations";
import { uniqueName } from "../shards/shardStore";
import { storageError } from "../shards/storageError";
import { ByteMeter, type Surroundings } from "./byteMeter";
import { blobBytes } from "./checkItem";
import { mainRecord, mainStore, ownedBy, type Item, type StoredRecord, type StoreName } from "./itemKind";
import { choosePlaces, type Place } from "./choosePlaces";
import { loadArrays } from "./recordCodec";

type Placed = Pick<ProjectOpened, "added" | "known" | "beside">;
type Database = IDBPDatabase<StudioSchema>;

/** @throws UserError when there is no room, or the signal's reason; the store is then as it was */
export async function placeItems(
  database: Database,
  items: readonly Item[],
  around: Surroundings,
): Promise<Placed> {
  const { signal } = around;
  const { places, known } = await choosePlaces(database, items, signal);
  const meter = new ByteMeter(
    "storing",
    places.reduce((sum, { item }) => sum + blobBytes(item), 0),
    around,
  );
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
    for (const { id } of held) await unstage(database, id);
    throw storageError(error);
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
  database: Database,
  { item, owner }: Place,
  id: string,
  meter: ByteMeter,
  signal: AbortSignal,
): Promise<void> {
  await database.put("staging", { datasetId: id });
  for (const [store, records] of Object.entries(item.records) as [StoreName, StoredRecord[]][]) {
    if (store === mainStore(item.kind)) continue;
    for (const stored of records) {
      signal.throwIfAborted();
      const record = await loadArrays(ownedBy(item.kind.stores[store]!, stored, owner));
      const transaction = database.transaction(store, "readwrite");
      await Promise.all([transaction.store.add(record as never), transaction.done]).catch(
        (error: unknown) => {
          throw transaction.error ?? error; // a full disk aborts the whole transaction
        },
      );
      meter.add(blobBytes({ ...item, records: { [store]: [stored] } }));
    }
  }
}

/** The one transaction that makes everything visible. @returns the new names of what stands beside something */
async function publish(
  database: Database,
  places: readonly Place[],
  small: readonly Write[],
  signal: AbortSignal,
): Promise<string[]> {
  const stores = new Set<StoreName>([...small.map(({ store }) => store), "datasets", "staging"]);
  const transaction = database.transaction([...stores], "readwrite", { durability: "strict" });
  const abort = () => transaction.abort();
  signal.addEventListener("abort", abort);
  const beside: string[] = [];
  const write = async () => {
    const names = await transaction.objectStore("datasets").getAll();
    for (const { item, owner, isBeside } of places) {
      if (!item.kind.staged) {
        if (isBeside) beside.push(item.kind.nameOf({ ...item, owner }));
        continue;
      }
      const store = mainStore(item.kind) as "datasets";
      const record = ownedBy(item.kind.stores[store]!, mainRecord(item), owner) as never as (typeof names)[0];
      const named = { ...record, name: uniqueName(record.name, names) };
      names.push(named);
      if (isBeside) beside.push(named.name);
      await transaction.objectStore(store).add(named);
      await transaction.objectStore("staging").delete(named.id);
    }
    for (const { store, record } of small) await transaction.objectStore(store).add(record as never);
  };
  try {
    await Promise.all([write(), transaction.done]);
  } catch (error) {
    signal.throwIfAborted();
    throw transaction.error?.name === "ConstraintError" ? changedMeanwhile() : (transaction.error ?? error);
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return beside;
}

const changedMeanwhile = (): UserError =>
  new UserError(
    "Something was stored while the project was being opened, so nothing of it was taken in.",
    "Open it again.",
  );

async function unstage(database: Database, id: string): Promise<void> {
  const transaction = database.transaction(["shards", "details", "staging"], "readwrite");
  await Promise.all([
    transaction.objectStore("shards").delete(keysOf(id)),
    transaction.objectStore("details").delete(id),
    transaction.objectStore("staging").delete(id),
    transaction.done,
  ]);
}
