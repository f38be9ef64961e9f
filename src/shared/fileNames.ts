/** Names that every file system takes and that cannot lead out of their folder. */

/** "00003_deer": padded, so that alphabetical order is label order whatever the class is called. */
export const classFolder = (label: number, name: string): string =>
  `${String(label).padStart(5, "0")}_${safeName(name) || "class"}`;

/** Windows opens a device by such a name, whatever follows the first dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** Letters and digits of any script, ".", "-" and "_"; the rest becomes "_"; at most 60 characters. */
export function safeName(name: string): string {
  const plain = name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "_");
  return Array.from(plain.slice(0, 240))
    .slice(0, 60)
    .join("")
    .replace(/^[._]+|[._]+$/g, "")
    .replace(RESERVED, "_$&");
}

/** "<dataset>-<method>-ipc<k>.zip", in lower case and without accents. */
export function exportName(dataset: string, method: string, ipc: number): string {
  const plain = safeName(dataset.normalize("NFKD").replace(/\p{M}/gu, "")).replace(/_/g, "-").toLowerCase();
  return `${plain || "dataset"}-${safeName(method)}-ipc${ipc}.zip`;
}
