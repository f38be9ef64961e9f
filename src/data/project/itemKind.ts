/**
 * The contract of what a project file holds: things of one kind, each made of the records of one or more stores. A
 * thing comes whole or not at all. A new store is one entry in `stores` of the kind it belongs to.
 */
import type { StoreNames } from "idb";
import type { Shape } from "./recordShapes";
import type { StudioSchema } from "../shards/migrations";

export type StoreName = StoreNames<StudioSchema>;
export type StoredRecord = Record<string, unknown>;

export interface StoreUse {
  /** The fields that say which thing a record belongs to. */
  owner: readonly string[];
  shape: Shape;
  /** Its records hold much themselves, not in Blobs: they are read one at a time. */
  heavy?: true;
  /** Fields that say where it is kept, not what it is: they go into no file. */
  ofPlace?: readonly string[];
  /** Where a record names its owner elsewhere too: the record with that changed. */
  renamed?(record: StoredRecord, owner: readonly unknown[]): StoredRecord;
}

/** A thing: its records by store. Those of the first store of its kind make it exist. */
export interface Item {
  kind: ItemKind;
  /** What the owner fields hold. */
  owner: readonly unknown[];
  records: Partial<Record<StoreName, StoredRecord[]>>;
}

export interface CheckTools {
  /** Whether images are among what is checked. */
  images: boolean;
  /** All bytes of a Blob, null when the browser has lost them. */
  read: (blob: Blob) => Promise<Uint8Array<ArrayBuffer> | null>;
}

export interface ItemKind {
  /** What one is called: "dataset". */
  label: string;
  /** Too large for one transaction: all but what makes it exist is stored first, marked as on its way. */
  staged?: true;
  /** In the order in which they are written. */
  stores: Partial<Record<StoreName, StoreUse>>;
  /** The name of one, for a message: "cats". */
  nameOf(item: Item): string;
  /** What is wrong with a thing whose records have the right shapes, "" when nothing is; hashes are checked here. */
  check(item: Item, tools: CheckTools): Promise<string>;
  /** The owner of another thing that must be there too, by kind. */
  needs?(item: Item): { kind: ItemKind; owner: readonly unknown[] };
  /** Fields of the first store in which two things that are the same may differ. */
  loose?: readonly string[];
  /**
   * The n-th other owner (n = 1, 2, …) for a thing that differs from the one of its id here. Without it ours stays: its
   * id is the hash of what it is.
   * @param digest SHA-256 of the thing, hex
   */
  otherOwner?(owner: readonly unknown[], digest: string, n: number): readonly unknown[];
}

/** The name of the store whose records make things of a kind exist. */
export const mainStore = (kind: ItemKind): StoreName => Object.keys(kind.stores)[0] as StoreName;

export const mainRecord = (item: Item): StoredRecord => item.records[mainStore(item.kind)]![0]!;

export const recordsOf = (item: Item, store: StoreName): StoredRecord[] => item.records[store] ?? [];

export const ownerOf = (use: StoreUse, record: StoredRecord): unknown[] =>
  use.owner.map((field) => record[field]);

/** An owner as one string. */
export const ownerKey = (owner: readonly unknown[]): string => JSON.stringify(owner);

/** A record that belongs to another owner. */
export function ownedBy(use: StoreUse, record: StoredRecord, owner: readonly unknown[]): StoredRecord {
  const named = Object.fromEntries(use.owner.map((field, index) => [field, owner[index]]));
  return { ...(use.renamed?.(record, owner) ?? record), ...named };
}

/** An id made from a hash, in the form of a random one: the same thing gets the same id again. */
export const idFrom = (digest: string): string =>
  digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
