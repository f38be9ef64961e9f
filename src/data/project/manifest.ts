/** `manifest.json` of a project file: which format it has, and every file in it with its size and SHA-256. */
import type { LeftOut, ProjectChoice } from "@/shared/project";
import { UserError } from "@/shared/errors";
import { count, hash, listOf, record, text, truth } from "./recordShapes";

export const MANIFEST = "manifest.json";
/** The first entry: tells a project file from any other zip by its first bytes. */
export const MARKER = "distillation-studio-project.txt";
const FORMAT = "distillation-studio-project/";
/** The version that is written; every older one is read. */
export const FORMAT_VERSION = 1;

export interface FileRecord {
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

export interface ProjectManifest {
  format: string;
  /** Version of the studio, and of the shape of its database. */
  versions: { studio: string; database: number };
  savedAt: number; // ms since 1970
  choice: ProjectChoice;
  /** Damaged in the browser already when the file was saved. */
  leftOut: LeftOut[];
  /** All files but the manifest itself. */
  files: FileRecord[];
}

export const formatName = (version = FORMAT_VERSION): string => `${FORMAT}${version}`;

const shape = record({
  versions: record({ studio: text, database: count }),
  savedAt: count,
  choice: record({ images: truth, experts: truth }),
  leftOut: listOf(record({ what: text, why: text })),
  files: listOf(record({ path: text, bytes: count, sha256: hash })),
});

/** @throws UserError when it is none, of a newer format, or broken */
export function parseManifest(json: string, where: string): ProjectManifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(json);
  } catch {
    throw damagedManifest(where, "it is no JSON");
  }
  const format = (manifest as { format?: unknown } | null)?.format;
  const version = typeof format === "string" && format.startsWith(FORMAT) ? format.slice(FORMAT.length) : "";
  if (!/^\d{1,6}$/.test(version)) throw noProject(where);
  if (Number(version) > FORMAT_VERSION)
    throw new UserError(
      `${where} was saved by a newer version of the studio (project format ${version}; this one reads up to ${FORMAT_VERSION}).`,
      "Reload the page to get the newest version, then open it again.",
    );
  const fault = shape(manifest, "");
  if (fault) throw damagedManifest(where, fault);
  return manifest as ProjectManifest;
}

export const noProject = (where: string): UserError =>
  new UserError(
    `${where} is no project file of this studio.`,
    'Choose a file that was saved here with "Save project"; datasets are imported under "Choose files".',
  );

const damagedManifest = (where: string, fault: string): UserError =>
  new UserError(
    `${where}: ${MANIFEST} is damaged (${fault}).`,
    "Copy the file again, or save the project again.",
  );
