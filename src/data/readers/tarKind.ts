/** What a tar archive holds, by a look at its first files: several formats are published as .tar or .tar.gz. */
import type { PickedFile } from "@/shared/importing";
import { readTar, type TarMember } from "../codecs/tar";
import { baseName, isImageName } from "./filePaths";
import type { ReaderContext } from "./reader";
import { labelOf, LABEL_BYTES, sampleKey } from "./sampleLabels";

export type TarKind =
  { kind: "cifarBin" | "cifarPython" | "classFolders" | "webDataset" } | { kind: "other"; names: string[] };

const CIFAR_BIN = /^(data_batch_\d+|test_batch|train|test)\.bin$/;
const CIFAR_PYTHON = /^(data_batch_\d+|test_batch|train|test|batches\.meta|meta)$/;
/** Names that a refusal lists. */
const MOST_NAMES = 4;

/** Archives that were looked into, as long as someone holds the file: several readers ask. */
const known = new WeakMap<Blob, TarKind>();

/** @throws UserError when the archive is damaged before anything tells */
export async function tarKind({ file, path }: PickedFile, { signal }: ReaderContext): Promise<TarKind> {
  const found = known.get(file) ?? (await lookInto(file, baseName(path), signal));
  known.set(file, found);
  return found;
}

async function lookInto(file: Blob, name: string, signal: AbortSignal): Promise<TarKind> {
  const names: string[] = [];
  let labelled = ""; // key of the last file that is a label
  let pictured = ""; // key of the first picture
  for await (const member of readTar(file, name, signal)) {
    const base = baseName(member.path);
    if (CIFAR_BIN.test(base)) return { kind: "cifarBin" };
    if (CIFAR_PYTHON.test(base)) return { kind: "cifarPython" };
    const { key, field } = sampleKey(member.path);
    if (pictured !== "" && key !== pictured) return { kind: "classFolders" };
    if (await tellsLabel(member, field)) labelled = key;
    else if (isImageName(base)) pictured = key;
    if (pictured !== "" && labelled === pictured) return { kind: "webDataset" };
    if (names.length < MOST_NAMES) names.push(base);
  }
  return pictured === "" ? { kind: "other", names } : { kind: "classFolders" };
}

/** Whether a file beside a picture is its label; a text in a class folder may be a caption. */
async function tellsLabel({ path, reader }: TarMember, field: string): Promise<boolean> {
  if (field === "cls") return true;
  if (field === "txt") return !path.includes("/");
  if (field !== "json") return false;
  return labelOf(field, await reader.readUpTo(LABEL_BYTES)) !== null;
}

/** "a.txt, b.txt" for a refusal. */
export const namesText = (names: readonly string[]): string => names.join(", ") || "nothing";
