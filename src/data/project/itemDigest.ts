/** What a thing is, as one hash: the same here and in a file, whatever its id. */
import { sha256 } from "../shards/sha256";
import { mainStore, ownedBy, type Item, type StoreName } from "./itemKind";
import { encodeRecord } from "./recordCodec";

/** SHA-256, hex. @param item with all its records; null when its bytes cannot be read */
export async function itemDigest(item: Item): Promise<string | null> {
  const { kind, records } = item;
  const parts: string[] = [];
  for (const store of (Object.keys(kind.stores) as StoreName[]).sort())
    for (const stored of records[store] ?? []) {
      const record = ownedBy(
        kind.stores[store]!,
        stored,
        item.owner.map(() => ""),
      );
      if (store === mainStore(kind)) for (const field of kind.loose ?? []) delete record[field];
      const blobs: Blob[] = [];
      const encoded = encodeRecord(record, (blob) => String(blobs.push(blob)));
      const hashes: string[] = [];
      for (const blob of blobs) {
        const buffer = await blob.arrayBuffer().catch(() => null);
        if (!buffer) return null;
        hashes.push(await sha256(new Uint8Array(buffer)));
      }
      parts.push(`${store} ${JSON.stringify(sorted(encoded))} ${hashes.join()}`);
    }
  return sha256(new TextEncoder().encode(parts.sort().join("\n")));
}

/** The same with keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
