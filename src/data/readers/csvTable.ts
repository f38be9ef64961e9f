/** What the first rows of a CSV file say: the columns of pixels and labels, or of file names and labels. */
import type { PickedFile } from "@/shared/importing";
import { readCsvRows } from "../codecs/csvRows";
import { baseName } from "./filePaths";

const LABEL = /^(label|labels|class|class_?name|class_?id|category|target|y|breed|species)$/i;
const FILE = /^(file|file_?name|filename|image|img|image_?path|file_?path|path|id|image_?id|image_?name)$/i;

export type CsvTable =
  | { kind: "pixels"; hasHeader: boolean; label: number; pixels: number }
  | { kind: "files"; label: number; file: number }
  | { kind: "other"; why: string };

export const isCsvName = (path: string): boolean => /\.(csv|tsv)$/i.test(path);

/** Looks at the header and the row below it. @throws UserError when the file is no table */
export async function csvTable({ file, path }: PickedFile, signal: AbortSignal): Promise<CsvTable> {
  const rows: string[][] = [];
  for await (const row of readCsvRows(file, path, signal)) {
    rows.push(row);
    if (rows.length === 2) break;
  }
  const [header = [], second] = rows;
  const name = baseName(path);
  if (header.length < 2) return { kind: "other", why: `${name} has no columns` };
  const isNumber = (cell: string | undefined) => cell !== undefined && /^\d+(\.\d+)?$/.test(cell);
  const hasHeader = !isNumber(header[0]) || !isNumber(header[1]);
  const found = header.findIndex((cell) => LABEL.test(cell));
  const label = hasHeader ? found : 0;
  if (sideOf(header.length - 1) && (!hasHeader || header.length > 3)) {
    const values = hasHeader ? second : header;
    if (label >= 0 && values?.every((cell, i) => i === label || isNumber(cell)))
      return { kind: "pixels", hasHeader, label, pixels: header.length - 1 };
  }
  const file_ = header.findIndex((cell, i) => i !== label && FILE.test(cell));
  if (hasHeader && label >= 0 && file_ >= 0) return { kind: "files", label, file: file_ };
  return {
    kind: "other",
    why: `${name} has neither a label and one column per pixel nor a file and a label; its columns are ${header.slice(0, 5).join(", ")}${header.length > 5 ? ", …" : ""}`,
  };
}

/** The side and the channels of square images of so many values; null when there are none. */
export function sideOf(values: number): { side: number; channels: 1 | 3 } | null {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(values / channels);
    if (Number.isInteger(side) && side >= 2) return { side, channels };
  }
  return null;
}
