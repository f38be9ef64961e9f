/** The sentences of a storage that is full: what did not fit, what the browser says, what could be deleted. */
import type { IDBPDatabase } from "idb";
import { UserError } from "@/shared/errors";
import { sizeText } from "../samples/download/publishedFile";
import type { StudioSchema } from "./migrations";

/** What a write asks for, to be told when there is no room. */
export interface Room {
  /** Bytes. */
  needs?: number;
  /** What else can be done than to delete: "Choose a smaller image size." */
  otherwise?: string;
}

/** What could be deleted, and how much that frees. */
interface Deletable {
  count: number;
  bytes: number;
  one: string;
  many: string;
}

export async function storageFull(
  database: IDBPDatabase<StudioSchema>,
  { needs = 0, otherwise = "" }: Room,
): Promise<UserError> {
  const [estimated, deletable] = await Promise.all([estimateText(), deletableOf(database).catch(() => [])]);
  const there = deletable.filter(({ count }) => count > 0).map(deletableText);
  const sentences = [
    estimated,
    there.length > 0 ? `Deleting frees: ${there.join(", ")}.` : "",
    "Free some disk space, or let the browser store more for this page.",
    otherwise,
  ];
  return new UserError(
    needs > 0
      ? `The browser's storage for this page is full: ${sizeText(needs)} more did not fit.`
      : "The browser's storage for this page is full.",
    sentences.filter(Boolean).join(" "),
    "storageFull",
  );
}

/** What the browser says; it may round it, leave it out, or not keep to it. */
async function estimateText(): Promise<string> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    if (usage === undefined || quota === undefined) return "";
    return `By the browser's estimate ${sizeText(usage)} are used and ${sizeText(Math.max(0, quota - usage))} free.`;
  } catch {
    return "";
  }
}

async function deletableOf(database: IDBPDatabase<StudioSchema>): Promise<Deletable[]> {
  const transaction = database.transaction(["datasets", "expertSets", "experts", "snapshots", "unfinished"]);
  const [datasets, sets, experts, snapshots, unfinished] = await Promise.all([
    transaction.objectStore("datasets").getAll(),
    transaction.objectStore("expertSets").count(),
    transaction.objectStore("experts").getAll(),
    transaction.objectStore("snapshots").getAll(),
    transaction.objectStore("unfinished").getAll(),
  ]);
  const sum = <T>(records: readonly T[], bytesOf: (record: T) => number) =>
    records.reduce((bytes, record) => bytes + bytesOf(record), 0);
  return [
    { count: datasets.length, bytes: sum(datasets, ({ bytes }) => bytes), one: "dataset", many: "datasets" },
    {
      count: sets,
      bytes: sum(experts, ({ bytes }) => bytes),
      one: "set of experts",
      many: "sets of experts",
    },
    {
      count: snapshots.length,
      bytes: sum(
        snapshots,
        ({ images, labels, targets }) => images.size + labels.size + (targets?.size ?? 0),
      ),
      one: "kept set",
      many: "kept sets",
    },
    {
      count: unfinished.length,
      bytes: sum(unfinished, ({ bytes }) => bytes),
      one: "unfinished run",
      many: "unfinished runs",
    },
  ];
}

const deletableText = ({ count, bytes, one, many }: Deletable): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many} ${sizeText(bytes)}`;
