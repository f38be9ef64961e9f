/** Everything that is stored, as things; their bytes stay where they are, behind Blobs. */
import type { IDBPDatabase } from "idb";
import type { ProjectChoice } from "@/shared/project";
import type { StudioSchema } from "../shards/migrations";
import {
  mainStore,
  ownerKey,
  ownerOf,
  type Item,
  type ItemKind,
  type StoredRecord,
  type StoreName,
  type StoreUse,
} from "./itemKind";
import { datasets } from "./kinds/datasets";
import { chosenKinds, chosenStores } from "./projectKinds";

export type RecordsByStore = Partial<Record<StoreName, StoredRecord[]>>;

/** All things of a choice, as they are at one moment; records of heavy stores are left to `withHeavyRecords`. */
export async function collectItems(
  database: IDBPDatabase<StudioSchema>,
  choice: ProjectChoice,
): Promise<Item[]> {
  const kinds = chosenKinds(choice);
  const stores = kinds.flatMap((kind) =>
    chosenStores(kind, choice).filter((store) => !kind.stores[store]!.heavy),
  );
  return groupItems(kinds, await recordsIn(database, stores)).items;
}

/** The datasets of a choice with all that belongs to them, as plain records: another worker may ask for them. */
export const datasetRecords = (
  database: IDBPDatabase<StudioSchema>,
  choice: ProjectChoice,
): Promise<RecordsByStore> => recordsIn(database, chosenStores(datasets, choice));

async function recordsIn(database: IDBPDatabase<StudioSchema>, stores: StoreName[]): Promise<RecordsByStore> {
  const transaction = database.transaction(stores);
  const records: RecordsByStore = {};
  await Promise.all([
    ...stores.map(async (store) => {
      records[store] = (await transaction.objectStore(store).getAll()) as unknown[] as StoredRecord[];
    }),
    transaction.done,
  ]);
  return records;
}

/** The thing with the records that were too large to be collected with all others. */
export async function withHeavyRecords(database: IDBPDatabase<StudioSchema>, item: Item): Promise<Item> {
  const records = { ...item.records };
  for (const store of Object.keys(item.kind.stores) as StoreName[])
    if (item.kind.stores[store]!.heavy) records[store] ??= await recordsOwned(database, store, item.owner);
  return { ...item, records };
}

/** What is stored under an owner, null when nothing is. */
export async function storedItem(
  database: IDBPDatabase<StudioSchema>,
  kind: ItemKind,
  owner: readonly unknown[],
): Promise<Item | null> {
  const records: RecordsByStore = {};
  for (const store of Object.keys(kind.stores) as StoreName[])
    records[store] = await recordsOwned(database, store, owner);
  return records[mainStore(kind)]!.length > 0 ? { kind, owner, records } : null;
}

/** The records of one owner: its fields are the beginning of their keys. */
async function recordsOwned(
  database: IDBPDatabase<StudioSchema>,
  store: StoreName,
  owner: readonly unknown[],
): Promise<StoredRecord[]> {
  const { store: opened } = database.transaction(store);
  const keys = Array.isArray(opened.keyPath)
    ? IDBKeyRange.bound(owner, [...owner, []]) // arrays sort behind strings and numbers
    : IDBKeyRange.only(owner[0]);
  return (await opened.getAll(keys)) as unknown[] as StoredRecord[];
}

function withoutPlace({ ofPlace }: StoreUse, record: StoredRecord): StoredRecord {
  if (!ofPlace) return record;
  return Object.fromEntries(Object.entries(record).filter(([field]) => !ofPlace.includes(field)));
}

/**
 * Records by the things they belong to.
 * @returns also the stores of records that belong to nothing: an import on its way has such shards
 */
export function groupItems(
  kinds: readonly ItemKind[],
  records: RecordsByStore,
): { items: Item[]; strays: StoreName[] } {
  const items: Item[] = [];
  const strays = new Set<StoreName>();
  for (const kind of kinds) {
    const byOwner = new Map<string, Item>();
    for (const store of Object.keys(kind.stores) as StoreName[])
      for (const stored of records[store] ?? []) {
        const record = withoutPlace(kind.stores[store]!, stored);
        const owner = ownerOf(kind.stores[store]!, record);
        const known = byOwner.get(ownerKey(owner));
        if (known) (known.records[store] ??= []).push(record);
        else if (store === mainStore(kind))
          byOwner.set(ownerKey(owner), { kind, owner, records: { [store]: [record] } });
        else strays.add(store);
      }
    items.push(...byOwner.values());
  }
  return { items, strays: [...strays] };
}
