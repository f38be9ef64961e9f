/** What of an offer can be chosen: single files, or the splits of one configuration of a dataset of the hub. */
import type { WebFile } from "@/shared/webImport";

export interface OfferPart {
  label: string;
  files: WebFile[];
  /** Null when a host does not say. */
  bytes: number | null;
}

/** The configurations of the hub's datasets, in their order; a dataset has one at least. */
export const configsOf = (files: readonly WebFile[]): string[] => [
  ...new Set(files.flatMap(({ part }) => (part ? [part.config] : []))),
];

/** @param config the one whose splits are shown */
export function partsOf(files: readonly WebFile[], config: string | undefined): OfferPart[] {
  const parts = new Map<string, WebFile[]>();
  for (const file of files) {
    if (file.part && file.part.config !== config) continue;
    const label = file.part ? file.part.split : file.name;
    parts.set(label, [...(parts.get(label) ?? []), file]);
  }
  return [...parts].map(([label, own]) => ({ label, files: own, bytes: bytesOf(own) }));
}

export const bytesOf = (files: readonly { bytes: number | null }[]): number | null =>
  files.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0);
