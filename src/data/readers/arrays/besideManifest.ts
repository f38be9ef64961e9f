/** What a manifest.json beside arrays tells of them: the studio's own exports have one. */
import type { PickedFile } from "@/shared/importing";
import { baseName } from "../filePaths";
import type { Normalisation } from "./brightness";

export const isManifest = (path: string): boolean => /^manifest\.json$/i.test(baseName(path));

export interface Told {
  normalisation: Normalisation | null;
  classNames: string[];
}

/** A manifest is a few kilobytes, and some more for many classes. */
const MAX_BYTES = 16 * 2 ** 20;

/** Of the manifest among the files; nothing is told where there is none, or it tells something else. */
export async function manifestBeside(files: readonly PickedFile[]): Promise<Told> {
  const found = files.find(({ path }) => isManifest(path));
  if (!found || found.file.size > MAX_BYTES) return toldBy({});
  try {
    return toldBy(JSON.parse(await found.file.text()));
  } catch {
    return toldBy({});
  }
}

/** @param record with "mean", "std" and "classNames" or "class_names", as far as they are there and of use */
export function toldBy(record: unknown): Told {
  const fields = typeof record === "object" && record !== null ? (record as Record<string, unknown>) : {};
  const { mean, std } = fields;
  const names = fields["classNames"] ?? fields["class_names"];
  const isTold = isNumbers(mean) && isNumbers(std) && mean.length === std.length && std.every((s) => s > 0);
  return {
    normalisation: isTold ? { mean, std } : null,
    classNames: Array.isArray(names) && names.every((name) => typeof name === "string") ? names : [],
  };
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((n) => Number.isFinite(n));
