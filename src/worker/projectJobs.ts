/** What a worker does with project files: one thing at a time, with a way out. Whatever it takes crosses a wire. */
import { datasetRecords, type RecordsByStore } from "@/data/project/collectItems";
import { isProjectFile } from "@/data/project/projectArchive";
import { readProject } from "@/data/project/readProject";
import { measureProject, writeProject, type ProjectSource } from "@/data/project/writeProject";
import type { StudioDatabase } from "@/data/shards/database";
import type { ProjectChoice } from "@/shared/project";
import { DataJob } from "./dataJob";
import { openTarget } from "./fileTarget";
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
        const target = await openTarget(place);
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
