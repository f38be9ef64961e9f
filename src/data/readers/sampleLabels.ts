/**
 * The files of a WebDataset sample: they share their name up to its first dot, and what follows says what they are.
 * Source: github.com/webdataset/webdataset, "The WebDataset Format".
 */

/** A label is a few bytes; what is longer is a caption or metadata. */
export const LABEL_BYTES = 64 * 1024;
const MAX_LABEL = 200;

/** In the order in which they are believed. */
export const LABEL_FIELDS = ["cls", "json", "txt"] as const;
export type LabelField = (typeof LABEL_FIELDS)[number];
/** Keys of a .json that hold the class, in the order in which they are looked for. */
const JSON_KEYS = ["label", "cls", "class", "class_name", "label_name", "category"];

export const isLabelField = (field: string): field is LabelField =>
  (LABEL_FIELDS as readonly string[]).includes(field);

/** The sample that a file belongs to, and its part of it: "a/b" and "jpg" of "a/b.jpg". */
export function sampleKey(path: string): { key: string; field: string } {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const name = path.slice(folder.length);
  const dot = name.indexOf(".", 1);
  if (dot < 0) return { key: path, field: "" };
  return { key: folder + name.slice(0, dot), field: name.slice(dot + 1).toLowerCase() };
}

/** The label that a file tells, null when it tells none. */
export function labelOf(field: LabelField, bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes).trim();
  return plainLabel(field === "json" ? ofJson(text) : text);
}

function ofJson(text: string): unknown {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record !== "object" || record === null) return record; // a bare number or name
    const key = JSON_KEYS.find((name) => Object.hasOwn(record, name));
    return key === undefined ? null : (record as Record<string, unknown>)[key];
  } catch {
    return null;
  }
}

/** A label as text: "7" for the number 7. */
export function plainLabel(value: unknown): string | null {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value)))
    return String(value);
  if (typeof value !== "string" || value === "" || value.length > MAX_LABEL) return null;
  return /^\d+$/.test(value) ? String(BigInt(value)) : value; // "007" is 7
}
