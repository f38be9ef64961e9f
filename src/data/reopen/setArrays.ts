/** The arrays of a set as an export holds them: in whichever of its formats is there. */
import { UserError } from "@/shared/errors";
import { decodeNpy } from "../codecs/npy";
import { decodePt, PtTensor } from "../codecs/pt";
import { SafetensorsFile } from "../codecs/safetensors";
import { decodeStoredZip } from "../codecs/zipStored";
import type { ExportFiles } from "./exportFiles";

/** One array: values in C order. */
export interface SetArray {
  shape: readonly number[];
  data: ArrayLike<number | bigint>;
}

export type ArrayName = "images" | "labels" | "soft_labels";

/** A format that keeps the learned floats exactly. */
interface ArraySource {
  /** The files that hold an array. */
  pathOf: (name: ArrayName) => string;
  decode: (bytes: Uint8Array<ArrayBuffer>, name: ArrayName, where: string) => Promise<SetArray> | SetArray;
}

const SOURCES: readonly ArraySource[] = [
  { pathOf: (name) => `${name}.pt`, decode: (bytes, _name, where) => tensorOf(bytes, where) },
  { pathOf: (name) => `${name}.npy`, decode: (bytes, _name, where) => decodeNpy(bytes, where) },
  { pathOf: () => "set.npz", decode: (bytes, name, where) => memberOf(bytes, name, where) },
  {
    pathOf: () => "set.safetensors",
    decode: async (bytes, name, where) => (await SafetensorsFile.open(new Blob([bytes]), where)).read(name),
  },
];

/**
 * @param read the bytes of a file, checked
 * @throws UserError when no format with exact floats is there, or the file is broken
 */
export async function readArray(
  files: ExportFiles,
  name: ArrayName,
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<SetArray> {
  const source = SOURCES.find(({ pathOf }) => files.has(pathOf(name)));
  if (!source)
    throw new UserError(
      `${files.where} holds no ${name}: none of ${SOURCES.map(({ pathOf }) => pathOf(name)).join(", ")} is there.`,
      "Export the set again, with its PyTorch or NumPy tensors.",
    );
  const path = source.pathOf(name);
  return source.decode(await read(path), name, `${files.where}, ${path}`);
}

function tensorOf(bytes: Uint8Array, where: string): SetArray {
  const value = decodePt(bytes, where);
  if (value instanceof PtTensor) return value;
  throw new UserError(`${where} holds no single tensor.`, "Save images and labels as one tensor each.");
}

function memberOf(bytes: Uint8Array, name: string, where: string): SetArray {
  const member = decodeStoredZip(bytes, where).get(`${name}.npy`);
  if (member) return decodeNpy(member, where);
  throw new UserError(`${where} has no array "${name}".`, "Export the set again.");
}
