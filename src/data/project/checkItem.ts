/** What is wrong with a thing: first the shapes of its records, then what it says of itself and its hashes. */
import type { ByteMeter } from "./byteMeter";
import type { Item, StoredRecord, StoreName } from "./itemKind";

/**
 * Reads every byte of the thing once and tells the meter of them.
 * @returns "" when nothing is wrong @throws the signal's reason
 */
export async function faultOf(
  item: Item,
  { images }: { images: boolean },
  meter: ByteMeter,
  signal: AbortSignal,
): Promise<string> {
  let seen = 0;
  const read = async (blob: Blob) => {
    signal.throwIfAborted();
    const buffer = await blob.arrayBuffer().catch(() => null);
    seen += blob.size;
    meter.add(blob.size);
    return buffer && new Uint8Array(buffer);
  };
  const fault = shapeFault(item) || (await item.kind.check(item, { images, read }));
  signal.throwIfAborted();
  meter.add(blobBytes(item) - seen);
  return fault;
}

function shapeFault({ kind, records }: Item): string {
  for (const [store, stored] of Object.entries(records) as [StoreName, StoredRecord[]][])
    for (const record of stored) {
      const fault = kind.stores[store]!.shape(record, "");
      if (fault) return `${store}: ${fault}`;
    }
  return "";
}

/** Bytes in the Blobs of a thing. */
export function blobBytes({ records }: Item): number {
  return Object.values(records)
    .flat()
    .reduce((sum, record) => sum + bytesIn(record), 0);
}

function bytesIn(value: unknown): number {
  if (value instanceof Blob) return value.size;
  if (Array.isArray(value)) return value.every((item) => item instanceof Blob) ? sum(value) : 0;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 0;
  return sum(Object.values(value));
}

const sum = (values: readonly unknown[]): number =>
  values.reduce((total: number, value) => total + bytesIn(value), 0);
