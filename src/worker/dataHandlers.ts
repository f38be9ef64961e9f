/** What the data worker does on each command of the page. It owns clock and ids; the layers below have none. */
import { writers } from "@/data/writers";
import { exportNameOf, exportPieces } from "@/data/writers/exportZip";
import { formatOf } from "@/data/writers/writer";
import { importFiles, type ImportEnvironment } from "@/data/importDataset";
import { openImageSource } from "@/data/imageSource";
import { inspectFiles, type InspectedFiles } from "@/data/importPlan";
import type { ImageDecoder } from "@/data/decode/imageDecoder";
import { samples } from "@/data/samples";
import { importSample } from "@/data/samples/importing/importSample";
import { sampleInfo } from "@/data/samples/sample";
import { previewPixels } from "@/data/shards/previewCollector";
import { UserError } from "@/shared/errors";
import type { ImportProgress } from "@/shared/importing";
import { nextTurn } from "@/shared/nextTurn";
import { pluginById } from "@/shared/plugin";
import type { StoragePlace } from "@/shared/storage";
import { DataJob } from "./dataJob";
import { openTarget } from "./fileTarget";
import type { ProjectCommands } from "./projectJobs";
import type { DataCommands, StorageCommands } from "./protocol";
import type { SnapshotCommands } from "./snapshotHandlers";
import type { StorePlaces } from "./storePlaces";
import { browserShelf, WebDownloads } from "./webDownloads";

type Environment = Omit<ImportEnvironment, "store" | "signal" | "onProgress">;

/** The surroundings of a browser's worker. */
export const workerEnvironment = (decoder: ImageDecoder): Environment => ({
  decoder,
  clock: () => performance.now(),
  now: () => Date.now(),
  newId: () => crypto.randomUUID(),
});

/** All but what has a file of its own. */
type Handlers = Omit<
  DataCommands,
  keyof SnapshotCommands | keyof ProjectCommands | keyof StorageCommands | StoreCommands
>;

/** Where the storage answers the page by itself. */
type StoreCommands =
  | "openStorage"
  | "listExpertSets"
  | "deleteExpertSet"
  | "listUnfinished"
  | "deleteUnfinished"
  | "listJobs"
  | "rememberJob"
  | "forgetJob";

export function createDataHandlers(
  places: StorePlaces,
  environment: Environment,
  downloads = new WebDownloads(browserShelf(), environment),
): Handlers {
  const store = places.stores.datasets;
  const job = new DataJob();
  const exporting = new DataJob();
  void downloads.sweep().catch(() => undefined);
  const swept = store.sweep().catch(() => 0); // storage that cannot be opened is told by the first command
  let inspected: InspectedFiles | null = null;
  const around = (
    place: StoragePlace,
    signal: AbortSignal,
    onProgress: (progress: ImportProgress) => void,
  ): ImportEnvironment => ({
    ...environment,
    store: places.datasetsIn(place),
    signal,
    onProgress,
  });

  return {
    inspectFiles: (files, onProgress, mayAdd = false) =>
      job.run(async (signal) => {
        inspected = null;
        inspected = await inspectFiles(files, { signal, onProgress, clock: environment.clock, mayAdd });
        return inspected.plan;
      }),

    importFiles: (choices, onProgress, place = "browser") =>
      job.run(async (signal) => {
        if (!inspected) throw new UserError("There are no files to import.", "Drop or choose them first.");
        const held = choices.addTo === undefined ? undefined : await openImageSource(store, choices.addTo);
        const result = await importFiles(inspected, choices, around(place, signal, onProgress), held);
        await downloads.release();
        return result;
      }),

    lookUpWeb: (request, web) => job.run((signal) => downloads.lookUp(request, web, signal)),

    fetchWeb: (files, _, onProgress, web) =>
      job.run((signal) => downloads.fetch(files, web, signal, onProgress)),

    listSamples: () => Promise.resolve([...samples.values()].map(sampleInfo)),

    importSample: (id, onProgress, place = "browser") =>
      job.run((signal) =>
        importSample(pluginById(samples, id, "sample"), around(place, signal, onProgress), {
          online: () => navigator.onLine,
        }),
      ),

    cancelImport: async () => {
      await job.cancel();
      await downloads.release();
    },

    listDatasets: async () => {
      await swept;
      return store.list();
    },
    renameDataset: (id, name) => store.rename(id, name),
    deleteDataset: (id) => store.delete(id),
    datasetPreview: async (id, perClass) => previewPixels(id, await store.preview(id), perClass),
    datasetReport: (id) => store.report(id),
    exportFormats: () => Promise.resolve([...writers.values()].map(formatOf)),
    exportSnapshot: (snapshot, formats, place, onProgress) =>
      exporting.run(async (signal) => {
        const target = await openTarget(place);
        try {
          let bytes = 0;
          for await (const piece of exportPieces(snapshot, { formats, onProgress, signal })) {
            signal.throwIfAborted();
            await target.write(piece);
            bytes += piece.length;
            await nextTurn(); // lets a cancel through
          }
          return { name: place?.name ?? exportNameOf(snapshot), bytes, blob: await target.finish() };
        } catch (error) {
          await target.discard(error);
          throw error;
        }
      }),
    cancelExport: () => exporting.cancel(),
  };
}
