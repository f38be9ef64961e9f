/** What a worker does with project files: one thing at a time, with a way out. Whatever it takes crosses a wire. */
import { datasetRecords, type RecordsByStore } from "@/data/project/collectItems";
import { isProjectFile } from "@/data/project/projectArchive";
import { readProject } from "@/data/project/readProject";
import { measureProject, writeProject, type ProjectSource } from "@/data/project/writeProject";
import type { StudioDatabase } from "@/data/shards/database";
import type { ProjectChoice } from "@/shared/project";
import { DataJob } from "./dataJob";
import type { DataCommands } from "./protocol";

export type ProjectCommands = Pick<
  DataCommands,
  "measureProject" | "saveProject" | "isProject" | "openProject" | "cancelProject"
>;

/** The project files of one place where things are kept. */
export interface ProjectJobs extends ProjectCommands {
  /** Its datasets, whole, for a project that is written from another place. */
  datasetRecords(choice: ProjectChoice): Promise<RecordsByStore>;
  /** From now on the datasets of another place go into the files too. */
  include(other: Pick<ProjectJobs, "datasetRecords">): void;
}

/** @param clock milliseconds on a clock that only goes forwards @param now ms since 1970 */
export function projectJobs(
  database: StudioDatabase,
  { clock, now }: { clock: () => number; now: () => number },
): ProjectJobs {
  const job = new DataJob();
  const source: ProjectSource = { database };
  return {
    datasetRecords: async (choice) => datasetRecords(await database.open(), choice),

    include(other) {
      source.datasetsBeside = (choice) => other.datasetRecords(choice);
    },

    measureProject: () => measureProject(source),

    saveProject: (choice, settings, place, onProgress) =>
      job.run(async (signal) => {
        const savedAt = now();
        const target = place ? await intoPlace(place) : intoBlob();
        const options = { ...source, choice, settings, savedAt, clock, signal, onProgress };
        try {
          const { bytes, leftOut } = await writeProject(options, target.write);
          const blob = await target.finish();
          return { name: place?.name ?? projectName(savedAt), bytes, leftOut, blob };
        } catch (error) {
          await target.discard(error);
          throw error;
        }
      }),

    isProject: isProjectFile,

    openProject: (file, name, onProgress) =>
      job.run((signal) => readProject(file, name, database, { clock, signal, onProgress })),

    cancelProject: () => job.cancel(),
  };
}

/** "studio-project-2026-11-21.zip" */
export const projectName = (at: number): string =>
  `studio-project-${new Date(at).toISOString().slice(0, 10)}.zip`;

interface Target {
  write(this: void, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<Blob | null>;
  discard(why: unknown): Promise<void>;
}

/** Straight to the disk. What was at the place stays there until all is written. */
async function intoPlace(place: FileSystemFileHandle): Promise<Target> {
  const stream = await place.createWritable();
  return {
    write: (bytes) => stream.write(bytes),
    finish: () => stream.close().then(() => null),
    discard: (why) => stream.abort(why).catch(() => undefined),
  };
}

/** Bytes are gathered up to this before they become a Blob, which the browser may keep on disk. */
const PIECE_BYTES = 4 * 2 ** 20;

function intoBlob(): Target {
  const pieces: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bytesWaiting = 0;
  const flush = () => {
    pieces.push(new Blob(waiting));
    waiting = [];
    bytesWaiting = 0;
  };
  return {
    write: (bytes) => {
      waiting.push(bytes);
      if ((bytesWaiting += bytes.length) >= PIECE_BYTES) flush();
      return Promise.resolve();
    },
    finish: () => {
      flush();
      return Promise.resolve(new Blob(pieces, { type: "application/zip" }));
    },
    discard: () => Promise.resolve(void pieces.splice(0)),
  };
}
