/** What the engine worker does with experts: train them, say what a run needs, take them home and in again. */
import { expertArchiveName, expertFileName, openExperts, zipExperts } from "@/data/runs/expertArchive";
import { readExpert, writeExpert } from "@/data/runs/expertFile";
import { trajectoriesOf, type ExpertStore } from "@/data/runs/trajectoryStore";
import { expertNeeds, prepareExperts } from "@/engine/experts";
import { torchLayout } from "@/engine/networks/torchLayout";
import type { ImageSource } from "@/shared/dataset";
import { ExpertSession } from "./expertSession";
import type { EngineCommands } from "./protocol";

export type ExpertCommands = Pick<
  EngineCommands,
  | "expertNeeds"
  | "trainExperts"
  | "pauseExperts"
  | "resumeExperts"
  | "stopExperts"
  | "exportExperts"
  | "importExperts"
>;

export interface ExpertSurroundings {
  store: ExpertStore;
  /** @throws UserError if there is no such dataset */
  openSource: (datasetId: string) => Promise<ImageSource>;
  /** Ends whatever else computes and starts the backend, if it has not. */
  takeEngine: () => Promise<void>;
  explain: (error: unknown) => unknown;
  clock: () => number;
}

export function createExpertHandlers(around: ExpertSurroundings): ExpertCommands {
  const { store, openSource, takeEngine, explain, clock } = around;
  let session: ExpertSession | null = null;

  return {
    async expertNeeds(config) {
      const { info } = await openSource(config.datasetId);
      return expertNeeds(config, info, trajectoriesOf(store, info));
    },

    async trainExperts(config, onUpdate) {
      await session?.stop();
      await takeEngine();
      const source = await openSource(config.datasetId);
      const run = prepareExperts(config, source, trajectoriesOf(store, source.info));
      session = new ExpertSession({ run, post: onUpdate, explain, clock });
      void session.drive();
    },

    pauseExperts: () => Promise.resolve(session?.pause()),
    resumeExperts: () => Promise.resolve(session?.resume()),
    stopExperts: () => session?.stop() ?? Promise.resolve(),

    async exportExperts(setId, onProgress) {
      const set = await store.get(setId);
      const layout = torchLayout(set);
      async function* files() {
        let done = 0;
        for (const info of set.experts) {
          yield { name: expertFileName(info.expert), blob: await writeExpert(store, set, info, layout) };
          onProgress(++done, set.experts.length);
        }
      }
      const name = expertArchiveName(set.dataset.name, set.key.network.id);
      return { name, blob: await zipExperts(files()) };
    },

    async importExperts(files, datasetId, onProgress) {
      const { info } = await openSource(datasetId);
      const opened = await openExperts(files, info, torchLayout);
      let done = 0; // nothing is stored before all files are known to fit
      for (const { file, dataset, layout } of opened) {
        await store.putExpert(file.key, dataset, await readExpert(file, layout));
        onProgress(++done, opened.length);
      }
      return opened.length;
    },
  };
}
