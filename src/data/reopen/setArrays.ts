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
  /** The file that holds an array, "" for none. @param paths all that the export has */
  pathOf: (name: ArrayName, paths: readonly string[]) => string;
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
  {
    pathOf: (name) => (name === "soft_labels" ? "mtt/labels_best.pt" : `mtt/${name}_best.pt`),
    decode: (bytes, _name, where) => tensorOf(bytes, where),
  },
  {
    pathOf: (name) =>
      ({ images: "dd-ranking/images.pt", labels: "", soft_labels: "dd-ranking/labels.pt" })[name],
    decode: (bytes, _name, where) => tensorOf(bytes, where),
  },
  {
    pathOf: (name, paths) =>
      name === "soft_labels" ? "" : (paths.find((path) => /^dc\/res_.*\.pt$/.test(path)) ?? ""),
    decode: (bytes, name, where) => pairMember(bytes, name, where),
  },
];

/** Those that have all that the studio knows of a set, and can be chosen for taking it home. */
const EXAMPLES = ["images.pt", "images.npy", "set.npz", "set.safetensors"];

/**
 * @param paths of all files that the manifest lists
 * @param read the bytes of a file, checked
 * @returns null where no format of the export holds it
 * @throws UserError when the file is broken
 */
export async function findArray(
  files: ExportFiles,
  name: ArrayName,
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<SetArray | null> {
  const source = SOURCES.find(({ pathOf }) => files.has(pathOf(name, paths)));
  if (!source) return null;
  const path = source.pathOf(name, paths);
  return source.decode(await read(path), name, `${files.where}, ${path}`);
}

/** That an export has no floats to open. */
export const lacksImages = ({ where }: ExportFiles): UserError =>
  new UserError(
    `${where} holds no images in floats: none of ${EXAMPLES.join(", ")} is there.`,
    "Export the set again, with its PyTorch or NumPy tensors.",
  );

function tensorOf(bytes: Uint8Array, where: string): SetArray {
  const value = decodePt(bytes, where);
  if (value instanceof PtTensor) return value;
  throw new UserError(`${where} holds no single tensor.`, "Save images and labels as one tensor each.");
}

/** Of {"data": [[images, labels]]}. */
function pairMember(bytes: Uint8Array, name: ArrayName, where: string): SetArray {
  const value = decodePt(bytes, where);
  const data: unknown = value instanceof Map ? value.get("data") : undefined;
  const pair: unknown = Array.isArray(data) ? data.at(-1) : undefined;
  const member: unknown = Array.isArray(pair) ? pair[name === "images" ? 0 : 1] : undefined;
  if (member instanceof PtTensor) return member;
  throw new UserError(`${where} holds no pair of images and labels.`, "Export the set again.");
}

function memberOf(bytes: Uint8Array, name: string, where: string): SetArray {
  const member = decodeStoredZip(bytes, where).get(`${name}.npy`);
  if (member) return decodeNpy(member, where);
  throw new UserError(`${where} has no array "${name}".`, "Export the set again.");
}
