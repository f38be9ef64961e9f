/** Every setting of the page as a flag, made from the declarations of the catalog; nothing is listed twice. */
import { KINDS, kinds, type Catalog, type Kind } from "@/shared/experiment";
import type { Param } from "@/shared/params";

/** Whose setting a flag is: the run's, or a plug-in's. */
export type Owner = { kind: "run" } | { kind: Kind; id: string; label: string };

/** One setting of one owner; several methods may share the name of a flag, each with its own range. */
export interface SettingFlag {
  /** Without the dashes: "batch-real", "network-width". */
  name: string;
  /** In the config: "batchReal", "width". */
  key: string;
  param: Param;
  owner: Owner;
}

/** "batchReal" to "batch-real". */
export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A method's settings stand by themselves, as the run's do; those of other plug-ins stand behind what they are. */
const prefixOf = (kind: Kind): string => (kind === "method" ? "" : `${kind}-`);

/** All flags that stand for settings, in the order of the page. */
export function settingFlags(catalog: Catalog): SettingFlag[] {
  const own = Object.entries(catalog.run).map(([key, param]): SettingFlag => {
    return { name: kebab(key), key, param, owner: { kind: "run" } };
  });
  const plugged = kinds.flatMap((kind) =>
    catalog[KINDS[kind]].flatMap(({ id, label, params }) =>
      Object.entries(params).map(([key, param]): SettingFlag => {
        return { name: prefixOf(kind) + kebab(key), key, param, owner: { kind, id, label } };
      }),
    ),
  );
  return [...own, ...plugged];
}

/** A flag of the command itself. */
export interface CommandFlag {
  name: string;
  /** What follows it, as shown in the help; none for a switch. */
  value?: string;
  /** May be given more than once. */
  repeats?: true;
  help: string;
}

/** What chooses data, files and plug-ins; everything else comes from the catalog. */
export const commandFlags = [
  {
    name: "data",
    value: "file or folder",
    repeats: true,
    help: "Labelled images: what the page takes by drag and drop. May be repeated; all of them are one dataset.",
  },
  { name: "sample", value: "id", help: "A sample dataset of the studio instead of files." },
  { name: "out", value: "folder", help: "Where the export's files go." },
  {
    name: "format",
    value: "id",
    repeats: true,
    help: "What the export holds, by the ids of the formats; the usual ones if this is left out.",
  },
  { name: "inspect", help: "Import only, and print what was found as JSON." },
  {
    name: "config",
    value: "file",
    help: "Settings that the page's Share button saved, or the manifest.json of an export. Flags come on top.",
  },
  {
    name: "preset",
    value: "name",
    help: "Settings that the method's paper recommends, by their name in docs/methods.md. Flags come on top.",
  },
  {
    name: "from",
    value: "file or folder",
    repeats: true,
    help: "A distilled set to begin with: an export of the studio, or bare tensors (images_best.pt, res_….pt and others) that are normalised as the data. Sets --ipc.",
  },
  { name: "method", value: "id", help: "What is matched." },
  { name: "network", value: "id", help: "The network that matches and evaluates." },
  { name: "augmentation", value: "id", help: "What images go through before they are matched." },
  { name: "evaluation", value: "id", help: "How the set is tested." },
  {
    name: "backend",
    value: "webgpu|wasm|cpu",
    help: "What computes. WebGPU where there is a graphics adapter, else WebAssembly.",
  },
  { name: "resume", help: "Go on from the checkpoint in the folder; the result is the same bit by bit." },
  {
    name: "checkpoint",
    value: "folder",
    help: "Where checkpoints are kept while the run is not at its end; --out has a folder for them if this is left out.",
  },
  { name: "experts-dir", value: "folder", help: "Where trained experts are kept and looked for." },
  {
    name: "import-experts",
    value: "file",
    repeats: true,
    help: "Experts that the page exported, zipped or not, to be used by this run and kept.",
  },
  { name: "name", value: "text", help: "What the dataset is called." },
  {
    name: "image-size",
    value: "32 or 48x32",
    help: "The size that images are cropped and scaled to; the files' own, at most 64, if left out.",
  },
  {
    name: "fit",
    value: "crop|stretch|pad",
    help: "What becomes of images of another shape than the size: cropped, stretched, or fitted with black bars.",
  },
  { name: "colour", value: "keep|grey", help: "Turn colour images grey." },
  {
    name: "keep-class",
    value: "name",
    repeats: true,
    help: "Take this class; once given, only those that are named. All of them if left out.",
  },
  { name: "drop-class", value: "name", repeats: true, help: "Leave this class out." },
  {
    name: "rename-class",
    value: "old=new",
    repeats: true,
    help: "Another name for a class; classes with the same name become one.",
  },
  { name: "most-train", value: "number", help: "Training images of each class at most." },
  { name: "most-test", value: "number", help: "Test images of each class at most." },
  {
    name: "draw",
    value: "first|random",
    help: "Which images stay where a class has more: the first ones, or a draw by --split-seed. Default first.",
  },
  {
    name: "labels",
    value: "id",
    help: "Which labels are taken where the files have several, as CIFAR-100 has; --inspect lists them.",
  },
  {
    name: "test-share",
    value: "0 … 0.5",
    help: "Share of each class that becomes the test split where the files have none. Default 0.2.",
  },
  { name: "split-seed", value: "number", help: "Seed of that split, and of --draw random. Default 1." },
  { name: "quiet", help: "No progress; errors only." },
  { name: "help", help: "Print this." },
  { name: "version", help: "Print the version." },
] as const satisfies readonly CommandFlag[];

export type CommandName = (typeof commandFlags)[number]["name"];

/** A sentence of the studio with the settings that it quotes by their flags: "Seed" becomes --seed. */
export function flagsFor(text: string, flags: readonly SettingFlag[]): string {
  const byLabel = new Map(flags.map(({ name, param }) => [param.label, name]));
  return text.replace(/"([^"]+)"/g, (quoted, label: string) => {
    const name = byLabel.get(label);
    return name === undefined ? quoted : `--${name}`;
  });
}
