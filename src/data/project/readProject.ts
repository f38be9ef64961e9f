/**
 * Opens a project file. Everything in it is checked first: the manifest, the size and SHA-256 of every file, the
 * shape of every record and what each thing says of itself. Only then is it put into the store, by `placeItems`.
 */
import { isAbort, UserError } from "@/shared/errors";
import type { LeftOut, ProjectChoice, ProjectOpened, ProjectSettings } from "@/shared/project";
import type { StudioDatabase } from "../shards/database";
import { ByteMeter, type Surroundings } from "./byteMeter";
import { faultOf } from "./checkItem";
import { groupItems, type RecordsByStore } from "./collectItems";
import { mainStore, ownerKey, type Item, type ItemKind, type StoredRecord } from "./itemKind";
import { datasets } from "./kinds/datasets";
import { MARKER } from "./manifest";
import { placeItems } from "./placeItems";
import { ProjectArchive } from "./projectArchive";
import { recordsFile, SETTINGS_FILE } from "./projectFiles";
import { chosenKinds, chosenStores } from "./projectKinds";
import { decodeRecord } from "./recordCodec";
import { mapOf, text } from "./recordShapes";

const AGAIN = "Copy the file again, or save the project again; nothing was changed here.";

/**
 * Takes all of a project file into the store, or nothing of it.
 * @param where the name of the file, for messages
 * @throws UserError that names what is wrong, or the signal's reason
 */
export async function readProject(
  file: Blob,
  where: string,
  database: StudioDatabase,
  around: Surroundings,
): Promise<ProjectOpened> {
  const { items, settings, leftOut, choice } = await checkProject(file, where, around);
  const complete = choice.images ? items : items.filter(({ kind }) => kind !== datasets);
  const placed = await placeItems(database, complete, around);
  const facts = items.filter((item) => !complete.includes(item));
  return { ...placed, withoutImages: facts.map((item) => item.kind.nameOf(item)), leftOut, settings };
}

export interface CheckedProject {
  items: Item[];
  settings: ProjectSettings;
  leftOut: LeftOut[];
  choice: ProjectChoice;
}

/** Reads and checks a project file; changes nothing. */
export async function checkProject(file: Blob, where: string, around: Surroundings): Promise<CheckedProject> {
  const { signal } = around;
  const archive = await ProjectArchive.open(file, where, signal);
  const { choice, leftOut } = archive.manifest;
  const meter = new ByteMeter("checking", 2 * archive.bytes, around);
  const files = await archive.verify(meter, signal);

  const used = new Set([MARKER, SETTINGS_FILE]);
  const refuse = (path: string, fault: string) => new UserError(`${where}: "${path}": ${fault}.`, AGAIN);
  const fileAt = (path: string): Blob => {
    const found = files.get(path);
    if (!found) throw new Error(`it refers to "${path}", which is not in the file`);
    if (used.has(path)) throw new Error(`it refers to "${path}", which belongs to another record`);
    used.add(path);
    return found;
  };

  const kinds = chosenKinds(choice);
  const records: RecordsByStore = {};
  for (const kind of kinds)
    for (const store of chosenStores(kind, choice)) {
      const path = recordsFile(store);
      if (!files.has(path)) continue;
      const stored = await parsed(files.get(path)!, fileAt).catch((error: unknown) => {
        if (isAbort(error)) throw error;
        throw refuse(path, error instanceof Error ? error.message : "it cannot be read");
      });
      const { shape } = kind.stores[store]!;
      stored.forEach((record, index) => {
        const fault = shape(record, "");
        if (fault) throw refuse(path, `record ${index + 1}: ${fault}`);
      });
      records[store] = stored;
      used.add(path);
    }
  const settings = await settingsIn(files.get(SETTINGS_FILE), (fault) => refuse(SETTINGS_FILE, fault));
  for (const path of files.keys()) if (!used.has(path)) throw refuse(path, "no record refers to it");

  const { items, strays } = groupItems(kinds, records);
  if (strays[0]) throw refuse(recordsFile(strays[0]), "a record belongs to nothing that is in the file");
  const names = new Set(items.map(({ kind, owner }) => nameOf(kind, owner)));
  for (const item of items) {
    const refused = (fault: string) =>
      refuse(recordsFile(mainStore(item.kind)), `${item.kind.label} "${item.kind.nameOf(item)}": ${fault}`);
    const need = item.kind.needs?.(item);
    if (item.records[mainStore(item.kind)]!.length > 1) throw refused("it is there twice");
    if (need && !names.has(nameOf(need.kind, need.owner)))
      throw refused(`the ${need.kind.label} it belongs to is not in the file`);
    const fault = await faultOf(item, choice, meter, signal);
    if (fault) throw refused(fault);
  }
  meter.finish();
  return { items, settings, leftOut, choice };
}

const nameOf = ({ label }: ItemKind, owner: readonly unknown[]): string => `${label} ${ownerKey(owner)}`;

/** The records in one file. @throws Error that says what is wrong */
async function parsed(file: Blob, fileAt: (path: string) => Blob): Promise<StoredRecord[]> {
  const list = decodeRecord(JSON.parse(await file.text()), fileAt);
  if (!Array.isArray(list)) throw new Error("it is no list of records");
  return list as StoredRecord[];
}

async function settingsIn(
  file: Blob | undefined,
  refused: (fault: string) => UserError,
): Promise<ProjectSettings> {
  if (!file) throw refused("it is missing");
  let settings: unknown;
  try {
    settings = JSON.parse(await file.text());
  } catch {
    throw refused("it is no JSON");
  }
  const fault = mapOf(text)(settings, "settings");
  if (fault) throw refused(fault);
  return settings as ProjectSettings;
}
