/** What the engine worker does with experts: train them, say what a run needs, take them home and in again. */
import { expertArchiveName, expertBlobs, expertFileName, zipExperts } from "@/data/runs/expertArchive";
import { checkExpert, openExpert, readExpert, writeExpert, type WeightLayout } from "@/data/runs/expertFile";
import { trajectoriesOf, type ExpertStore } from "@/data/runs/trajectoryStore";
import { expertNeeds, prepareExperts } from "@/engine/experts";
import { networks } from "@/engine/networks";
import { fromStateDict, toStateDict } from "@/engine/networks/weightTable";
import type { ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import type { ExpertSetInfo } from "@/shared/trajectories";
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
      const layout = layoutOf(set);
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
      const opened = [];
      for (const { where, blob } of await expertBlobs(files)) {
        const file = await openExpert(blob, where);
        if (file.key.datasetFingerprint !== info.fingerprint)
          throw new UserError(
            `${where} was trained on other images ("${file.dataset.name}") than "${info.name}" has.`,
            "Choose the dataset that it was trained on, imported in the same way, first.",
          );
        const { name, shape, classNames } = info;
        const dataset = { name, shape, classes: classNames.length };
        const layout = layoutOf({ key: file.key, dataset });
        checkExpert(file, layout);
        opened.push({ file, dataset, layout });
      }
      let done = 0; // nothing is stored before all files are known to fit
      for (const { file, dataset, layout } of opened) {
        await store.putExpert(file.key, dataset, await readExpert(file, layout));
        onProgress(++done, opened.length);
      }
      return opened.length;
    },
  };
}

/** How the network of a set lies in PyTorch. @throws UserError for a network that the studio does not have */
export function layoutOf({ key, dataset }: Pick<ExpertSetInfo, "key" | "dataset">): WeightLayout {
  const plugin = pluginById(networks, key.network.id, "network");
  const { table } = plugin.build(
    dataset.shape,
    dataset.classes,
    parseParams(plugin.params, key.network.params),
  );
  return {
    shapes: table.map(({ name, torchShape }) => ({ name, shape: torchShape })),
    split: (weights) => toStateDict(table, weights),
    join: (tensors) => fromStateDict(table, tensors),
  };
}
