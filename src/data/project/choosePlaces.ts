/** Where each thing of a project file goes: its own id, another one, or nowhere because it is here already. */
import type { IDBPDatabase } from "idb";
import type { StudioSchema } from "../shards/migrations";
import { storedItem } from "./collectItems";
import { itemDigest } from "./itemDigest";
import { ownerKey, type Item } from "./itemKind";

export interface Place {
  item: Item;
  /** The owner it gets. */
  owner: readonly unknown[];
  /** Something else is here under the id it had. */
  isBeside: boolean;
}

/** @returns also how many things are here already, the same */
export async function choosePlaces(
  database: IDBPDatabase<StudioSchema>,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<{ places: Place[]; known: number }> {
  const places: Place[] = [];
  const taken = new Set<string>();
  const nameOf = ({ kind }: Item, owner: readonly unknown[]) => `${kind.label} ${ownerKey(owner)}`;
  const take = (place: Place) => {
    taken.add(nameOf(place.item, place.owner));
    places.push(place);
  };
  const differing: { item: Item; digest: string }[] = [];
  let known = 0;

  for (const item of items) {
    signal.throwIfAborted();
    const ours = await storedItem(database, item.kind, item.owner);
    if (!ours) {
      take({ item, owner: item.owner, isBeside: false });
    } else if (!item.kind.otherOwner) {
      known++; // the id is the hash of what it is
    } else {
      const digest = (await itemDigest(item))!;
      if ((await itemDigest(ours)) === digest) known++;
      else differing.push({ item, digest });
    }
  }
  // once all that can keep their ids have them
  for (const { item, digest } of differing) {
    for (let n = 1; ; n++) {
      signal.throwIfAborted();
      const owner = item.kind.otherOwner!(item.owner, digest, n);
      if (taken.has(nameOf(item, owner))) continue;
      const there = await storedItem(database, item.kind, owner);
      if (there && (await itemDigest(there)) === digest) known++;
      else if (there) continue;
      else take({ item, owner, isBeside: true });
      break;
    }
  }
  return { places, known };
}
