/**
 * Evaluates kept sets: trains networks on each of them and on what they are held against, and tests all of them on
 * the real test split. What is known from before comes first; then every missing network, one after the other.
 */
import * as tf from "@tensorflow/tfjs";
import type { EvaluationRequest, EvaluationUpdate, SubjectId, TrainingCurve } from "@/shared/evaluating";
import { Random } from "@/shared/random";
import { imagesPerPassOf } from "../classMeans";
import type { EvaluationProgress } from "../evaluation/evaluation";
import type { Preprocessing } from "../preprocessing/networkImages";
import type { RealData } from "../realData";
import { relay } from "../relay";
import { chooseCoresets, countsText, type CoresetChoices } from "./coresetChoices";
import {
  planEvaluation,
  type Entry,
  type EvaluationPlan,
  type PlanOptions,
  type PlannedSet,
  type Trained,
} from "./evaluationPlan";
import { rowsOf, scoresOf } from "./evaluationTable";
import {
  choiceText,
  loadForStudy,
  passCost,
  scoreOfJob,
  withPreparing,
  type KeptSnapshot,
  type StudyEnvironment,
  type StudyStep,
} from "./study";
import { chosenImages, meanImages, randomImages, setOf, type TrainingSet } from "./trainingSets";

export type EvaluationState = Pick<EvaluationUpdate, "rows" | "scores" | "curve" | "done" | "total">;

/** Points of a training curve. */
const CURVE_POINTS = 60;

/**
 * To pause is to stop asking for the next step, to stop is `return()`; scores so far stay in the store. The same
 * request gives the same scores.
 * @throws UserError at once for a wrong setting, or when a set and the dataset do not fit
 */
export function evaluateSets(
  request: EvaluationRequest,
  kept: readonly KeptSnapshot[],
  environment: StudyEnvironment,
  options: PlanOptions = {},
): AsyncGenerator<StudyStep<EvaluationState>, void, void> {
  return run(planEvaluation(request, kept, environment, options), environment);
}

async function* run(
  plan: EvaluationPlan,
  environment: StudyEnvironment,
): AsyncGenerator<StudyStep<EvaluationState>, void, void> {
  const { entries } = plan;
  for (const entry of entries) {
    entry.score = await environment.scores.get(entry.key);
    entry.cached = entry.score !== null;
  }
  const missing = entries.filter(({ score }) => !score);
  const features = featureSets(missing);
  const featureCost = (set: PlannedSet) =>
    passCost(set.featureNetwork.built) * plan.realCount * (plan.request.fullEpochs + 0.25);
  const total = entries.length + features.length;
  const work =
    missing.reduce((sum, { cost }) => sum + cost, 0) +
    features.reduce((sum, set) => sum + featureCost(set), 0);
  let [done, worked] = [entries.length - missing.length, 0];
  let known = { rows: rowsOf(plan), scores: scoresOf(plan) };
  const step = (curve: TrainingCurve | null, share = 0, cost = 0): StudyStep<EvaluationState> => ({
    share: work === 0 ? 1 : (worked + share * cost) / work,
    state: { ...known, curve, done, total },
  });

  yield step(null);
  if (missing.length === 0) return;
  const loaded = new Map<Preprocessing, RealData>(); // each once, when it is first needed
  async function* realDataOf({ preprocessing }: PlannedSet) {
    const realData =
      loaded.get(preprocessing) ?? (yield* relay(loadForStudy(environment, preprocessing), () => step(null)));
    loaded.set(preprocessing, realData);
    return realData;
  }

  const choices = new Map<string, CoresetChoices>();
  for (const set of features) {
    const { built } = set.featureNetwork;
    const wanted = missing.filter(needsFeatures).filter((entry) => sameFeatures(entry.set, set));
    const choosing = chooseCoresets(
      {
        network: built,
        realData: yield* realDataOf(set),
        epochs: plan.request.fullEpochs,
        imagesPerPass: imagesPerPassOf(built),
        random: new Random(plan.request.seed).fork("features"),
      },
      [...new Map(wanted.map((entry) => [countsText(entry.set.counts), entry.set.counts])).values()],
    );
    let share = 0;
    const chosen = yield* relay(choosing, (progress) => {
      if (typeof progress !== "number")
        return { ...step(null, share, featureCost(set)), preparing: progress };
      share = progress;
      return step(null, share, featureCost(set));
    });
    choices.set(featuresText(set), chosen);
    done++;
    worked += featureCost(set);
    yield step(null);
  }

  for (const entry of missing) {
    const realData = yield* realDataOf(entry.set);
    const training = scoreOfJob(
      { key: entry.key, cost: entry.cost, train: () => trainEntry(plan, entry, realData, choices) },
      environment.scores,
    );
    let curve = emptyCurve(entry);
    const scored = yield* relay(training, (progress) => {
      curve = withProgress(curve, progress);
      return withPreparing(step(curve, progress.share, entry.cost), progress);
    });
    Object.assign(entry, scored);
    done++;
    worked += entry.cost;
    known = { rows: rowsOf(plan), scores: scoresOf(plan) };
    yield step(curve);
  }
}

const needsFeatures = ({ key }: Entry): boolean => key.subject === "herding" || key.subject === "kcenter";

/** What decides the features of real images. */
const featuresText = ({ featureNetwork, preprocessing }: PlannedSet): string =>
  [choiceText(featureNetwork.choice), preprocessing].join();

const sameFeatures = (a: PlannedSet, b: PlannedSet): boolean => featuresText(a) === featuresText(b);

/** One set for each different network that features are needed of. */
function featureSets(missing: readonly Entry[]): PlannedSet[] {
  const sets = missing.filter(needsFeatures).map(({ set }) => set);
  return sets.filter((set, i) => sets.findIndex((other) => sameFeatures(other, set)) === i);
}

async function* trainEntry(
  { protocol, request }: EvaluationPlan,
  { set, network, key, rate }: Entry,
  realData: RealData,
  choices: ReadonlyMap<string, CoresetChoices>,
): AsyncGenerator<EvaluationProgress> {
  const random = new Random(request.seed);
  const context = {
    params: protocol.choice.params as never,
    network: network.built,
    augmentation: set.augmentation.built,
    realData,
    imagesPerPass: imagesPerPassOf(network.built),
    random: random.fork("evaluation"),
    only: key.index,
    curvePoints: CURVE_POINTS,
  };
  if (key.subject === "full") {
    yield* protocol.built.evaluateOnReal({ ...context, epochs: request.fullEpochs });
    return;
  }
  const draw = random.fork("random images").fork(key.index);
  const images = trainingSet(key.subject, set, realData, choices, draw);
  try {
    yield* protocol.built.evaluate({ ...context, ...images, rate });
  } finally {
    tf.dispose([images.images, images.targets]);
  }
}

function trainingSet(
  subject: Exclude<Trained, "full">,
  set: PlannedSet,
  realData: RealData,
  choices: ReadonlyMap<string, CoresetChoices>,
  random: Random,
): TrainingSet {
  const { kept, counts } = set;
  switch (subject) {
    case "set":
    case "hardSet":
    case "png":
      return setOf(kept.snapshot, subject, realData);
    case "random":
      return randomImages(realData, counts, random);
    case "mean":
      return meanImages(realData);
    case "herding":
    case "kcenter": {
      const chosen = choices.get(featuresText(set))?.[subject].get(countsText(counts));
      if (!chosen) throw new Error(`trainingSet(): no ${subject} was chosen`);
      return chosenImages(realData, chosen);
    }
    default:
      throw new Error(`trainingSet(): unknown subject ${String(subject satisfies never)}`);
  }
}

/** To the page, training with hard labels is training on the set. */
const shownSubject = (subject: Trained): SubjectId => (subject === "hardSet" ? "set" : subject);

function emptyCurve({ set, network, key, rate, rateSource }: Entry): TrainingCurve {
  const { subject, index } = key;
  const of = { snapshotId: set.kept.id, subject: shownSubject(subject), network: network.choice, index };
  return { ...of, rate: rateSource === "searched" ? rate : null, epoch: 0, epochs: 0, points: [] };
}

const withProgress = (curve: TrainingCurve, { epoch, epochs, point }: EvaluationProgress): TrainingCurve => ({
  ...curve,
  epoch,
  epochs,
  points: point ? [...curve.points, point] : curve.points,
});
