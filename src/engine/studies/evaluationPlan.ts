/** What an evaluation has to train: for each network of each row of its table, one entry per learning rate. */
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { EvaluationRequest, NetworkScore, RateSource, ScoreKey, SubjectId } from "@/shared/evaluating";
import type { Augmentation } from "../augmentations/augmentation";
import type { Evaluation } from "../evaluation/evaluation";
import type { Network } from "../networks/network";
import type { Preprocessing } from "../preprocessing/networkImages";
import { preprocessingKey, preprocessingOf } from "../preprocessing/preprocessingOf";
import { countsText } from "./coresetChoices";
import {
  augmentationOfRun,
  checkStudy,
  chooseNetwork,
  chooseProtocol,
  choiceText,
  passCost,
  protocolText,
  type Chosen,
  type KeptSnapshot,
  type StudyEnvironment,
} from "./study";
import { checkEnoughReal, countsOf } from "./trainingSets";

/** To be changed when the same settings would give other scores than before. */
const SCORES_VERSION = 2;

/** What a row, or a score, trains on. */
export type Trained = SubjectId | "hardSet";

/** A set of the evaluation, and what goes with it. */
export interface PlannedSet {
  kept: KeptSnapshot;
  counts: number[];
  augmentation: Chosen<Augmentation>;
  preprocessing: Preprocessing;
  /** The network it was distilled with: coresets are chosen by its features. */
  featureNetwork: Chosen<Network>;
}

export interface Entry {
  set: PlannedSet;
  network: Chosen<Network>;
  key: ScoreKey & { subject: Trained };
  rate: number;
  rateSource: RateSource;
  cost: number;
  /** Null as long as it is not known. */
  score: NetworkScore | null;
  cached: boolean;
}

export interface EvaluationPlan {
  request: EvaluationRequest;
  protocol: Chosen<Evaluation>;
  sets: PlannedSet[];
  networks: Chosen<Network>[];
  entries: Entry[];
  /** Real training images. */
  realCount: number;
  hardLabels: boolean;
}

const BASELINES: readonly SubjectId[] = ["random", "herding", "kcenter"];

export interface PlanOptions {
  /** Also train on hard labels where the hard-label recovery needs it; default true. */
  hardLabels?: boolean;
}

/** @throws UserError for a wrong setting, or when a set and the dataset do not fit */
export function planEvaluation(
  request: EvaluationRequest,
  kept: readonly KeptSnapshot[],
  environment: StudyEnvironment,
  { hardLabels = true }: PlanOptions = {},
): EvaluationPlan {
  const { info } = environment.source;
  if (kept.length === 0 || request.subjects.length === 0 || request.networks.length === 0)
    throw new UserError(
      "There is nothing to evaluate.",
      "Choose at least one set, one thing to train on and one network.",
    );
  checkStudy(
    environment,
    kept.map(({ snapshot }) => snapshot),
  );
  if (!Number.isInteger(request.fullEpochs) || request.fullEpochs < 1)
    throw new UserError("The epochs on all real images must be a whole number from 1.");
  const protocol = chooseProtocol(request.protocol);
  const chosen = request.networks.map((choice) => chooseNetwork(info, choice));
  const networks = [...new Map(chosen.map((network) => [choiceText(network.choice), network])).values()];
  const sets = kept.map((one): PlannedSet => {
    const counts = countsOf(one.snapshot);
    if (request.subjects.some((subject) => BASELINES.includes(subject))) checkEnoughReal(info, counts);
    return {
      kept: one,
      counts,
      augmentation: augmentationOfRun(one.snapshot),
      preprocessing: preprocessingOf(one.snapshot),
      featureNetwork: chooseNetwork(info, one.snapshot.config.network),
    };
  });
  const realCount = info.counts.train.reduce((a, b) => a + b, 0);
  const plan = { request, protocol, sets, networks, realCount, hardLabels };
  return { ...plan, entries: entriesOf(plan, info) };
}

function entriesOf(plan: Omit<EvaluationPlan, "entries">, info: DatasetInfo): Entry[] {
  const { request, protocol, sets, networks, hardLabels } = plan;
  const count = protocol.built.networks(protocol.choice.params as never);
  const entries: Entry[] = [];
  for (const set of sets)
    for (const network of networks)
      for (const subject of subjectsOf(request.subjects, set, hardLabels)) {
        const { rates, rateSource } = ratesOf(protocol, set, subject);
        const cost = costOf(plan, set, network, subject);
        for (let index = 0; index < count; index++)
          for (const rate of rates) {
            const key = { ...keyOf(plan, info, set, network, subject, rate), subject, index };
            entries.push({ set, network, key, rate, rateSource, cost, score: null, cached: false });
          }
      }
  return entries;
}

/** The hard-label recovery of a set with soft labels needs it with hard ones, too. */
function subjectsOf(wanted: readonly SubjectId[], { kept }: PlannedSet, hardLabels: boolean): Trained[] {
  const unique = [...new Set(wanted)];
  const hard = hardLabels && kept.snapshot.targets && unique.includes("set") && unique.includes("full");
  return hard ? [...unique, "hardSet"] : unique;
}

/**
 * The learning rates of a row. A learned one is the set's alone; a search leaves it to the set with its own labels, as
 * DD-Ranking does, and never concerns the training on all data.
 */
function ratesOf(
  { built, choice }: Chosen<Evaluation>,
  { kept }: PlannedSet,
  subject: Trained,
): { rates: readonly number[]; rateSource: RateSource } {
  const params = choice.params as never;
  const { synLr } = kept.snapshot;
  if (subject === "full") return { rates: [built.realRecipe(params).learningRate], rateSource: "protocol" };
  const rates = built.rates(params);
  const isSearched = rates.length > 1;
  const isLearned = subject === "set" || subject === "png" || (subject === "hardSet" && !isSearched);
  if (isLearned && synLr !== undefined) return { rates: built.rates(params, synLr), rateSource: "learned" };
  return { rates, rateSource: isSearched ? "searched" : "protocol" };
}

/** Scores of what does not depend on the set itself belong to the dataset, so that other sets find them, too. */
function keyOf(
  { request, protocol }: Omit<EvaluationPlan, "entries">,
  info: DatasetInfo,
  { kept, counts, augmentation, preprocessing, featureNetwork }: PlannedSet,
  network: Chosen<Network>,
  subject: Trained,
  rate: number,
): Pick<ScoreKey, "owner" | "recipe"> {
  const { built, choice } = protocol;
  const common = [
    SCORES_VERSION,
    subject === "full"
      ? choiceText({ id: choice.id, params: built.realRecipe(choice.params as never) })
      : protocolText(protocol, [rate]),
    choiceText(network.choice),
    choiceText(augmentation.choice),
    request.seed,
  ];
  const ofDataset = (...more: (string | number)[]) => ({
    owner: info.fingerprint,
    recipe: JSON.stringify([...common, ...more, ...preprocessingKey(preprocessing)]),
  });
  switch (subject) {
    case "set":
    case "hardSet":
    case "png":
      return { owner: kept.id, recipe: JSON.stringify(common) };
    case "random":
      return ofDataset(countsText(counts));
    case "herding":
    case "kcenter":
      return ofDataset(countsText(counts), choiceText(featureNetwork.choice), request.fullEpochs);
    case "mean":
      return ofDataset();
    case "full":
      return ofDataset(request.fullEpochs);
    default:
      throw new Error(`keyOf(): unknown subject ${String(subject satisfies never)}`);
  }
}

function costOf(
  { request, protocol, realCount }: Omit<EvaluationPlan, "entries">,
  { counts }: PlannedSet,
  network: Chosen<Network>,
  subject: Trained,
): number {
  const { built, choice } = protocol;
  const size = subject === "mean" ? counts.length : counts.reduce((a, b) => a + b, 0);
  const images =
    subject === "full" ? request.fullEpochs * realCount : built.imagesSeen(choice.params as never, size);
  return passCost(network.built) * images;
}
