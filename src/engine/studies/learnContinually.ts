/**
 * Class-incremental learning from a memory alone (GDumb, Prabhu et al. 2020): the classes come in steps, the memory
 * holds a few images of each class seen so far, and after each step a new network is trained on the memory and tested
 * on the classes seen. Is a distilled memory better than as many random real images?
 */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import type { ContinualRequest, ContinualUpdate, NetworkScore, ScoreKey } from "@/shared/evaluating";
import { Random } from "@/shared/random";
import { imagesPerPassOf } from "../classMeans";
import type { EvaluationProgress } from "../evaluation/evaluation";
import { preprocessingKey, preprocessingOf } from "../preprocessing/preprocessingOf";
import type { RealData } from "../realData";
import { relay } from "../relay";
import { countsText } from "./coresetChoices";
import {
  augmentationOfRun,
  checkStudy,
  chooseNetwork,
  chooseProtocol,
  choiceText,
  loadForStudy,
  protocolText,
  scoreOfJob,
  withPreparing,
  type KeptSnapshot,
  type StudyEnvironment,
  type StudyStep,
} from "./study";
import { checkEnoughReal, countsOf, ofClasses, randomImages, setOf } from "./trainingSets";

export type ContinualState = Pick<ContinualUpdate, "classesSeen" | "memories" | "done" | "total">;

const MEMORIES = ["set", "random"] as const;

interface Stage {
  memory: (typeof MEMORIES)[number];
  repeat: number;
  step: number;
  /** Classes seen, ascending. */
  seen: number[];
  key: ScoreKey;
  score: NetworkScore | null;
}

/**
 * To pause is to stop asking for the next step, to stop is `return()`. Every repetition has its own order of the
 * classes and its own random images; both memories share both orders and networks.
 * @throws UserError at once for a wrong setting, or when the set and the dataset do not fit
 */
export function learnContinually(
  request: ContinualRequest,
  kept: KeptSnapshot,
  environment: StudyEnvironment,
): AsyncGenerator<StudyStep<ContinualState>, void, void> {
  const { snapshot } = kept;
  const { classNames } = snapshot;
  const { steps, repeats } = request;
  checkStudy(environment, [snapshot]);
  checkEnoughReal(environment.source.info, countsOf(snapshot));
  if (!Number.isInteger(steps) || steps < 2 || steps > classNames.length)
    throw new UserError(
      `${classNames.length} classes cannot come in ${steps} steps.`,
      `Choose between 2 and ${classNames.length} steps.`,
    );
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new UserError("The number of repetitions must be a whole number from 1.");
  const classesSeen = Array.from({ length: steps }, (_, step) =>
    Math.round(((step + 1) * classNames.length) / steps),
  );
  chooseProtocol(request.protocol);
  chooseNetwork({ shape: snapshot.shape, classNames }, request.network);
  return run(request, kept, environment, classesSeen);
}

async function* run(
  request: ContinualRequest,
  kept: KeptSnapshot,
  environment: StudyEnvironment,
  classesSeen: number[],
): AsyncGenerator<StudyStep<ContinualState>, void, void> {
  const stages = stagesOf(request, kept, environment, classesSeen);
  for (const stage of stages) stage.score = await environment.scores.get(stage.key);
  const missing = stages.filter(({ score }) => !score);
  const costOf = ({ step }: Stage) => classesSeen[step]!;
  const work = missing.reduce((sum, stage) => sum + costOf(stage), 0);
  let worked = 0;
  const say = (share = 0, cost = 0): StudyStep<ContinualState> => ({
    share: work === 0 ? 1 : (worked + share * cost) / work,
    state: {
      classesSeen,
      memories: MEMORIES.map((subject) => ({
        subject,
        accuracies: classesSeen.map((_, step) =>
          stages.flatMap((stage) =>
            stage.memory === subject && stage.step === step && stage.score ? [stage.score.accuracy] : [],
          ),
        ),
      })),
      done: stages.filter(({ score }) => score).length,
      total: stages.length,
    },
  });

  yield say();
  if (missing.length === 0) return;
  const realData = yield* relay(loadForStudy(environment, preprocessingOf(kept.snapshot)), () => say());
  for (const stage of missing) {
    const cost = costOf(stage);
    const training = scoreOfJob(
      { key: stage.key, cost, train: () => trainStage(request, kept, realData, stage) },
      environment.scores,
    );
    const { score } = yield* relay(training, (progress) =>
      withPreparing(say(progress.share, cost), progress),
    );
    stage.score = score;
    worked += cost;
    yield say();
  }
}

function stagesOf(
  { repeats, seed, network, protocol }: ContinualRequest,
  { id, snapshot }: KeptSnapshot,
  { source }: StudyEnvironment,
  classesSeen: readonly number[],
): Stage[] {
  const { classNames } = snapshot;
  const networkText = choiceText(chooseNetwork({ shape: snapshot.shape, classNames }, network).choice);
  const chosen = chooseProtocol(protocol);
  const common = ["continual", networkText, choiceText(augmentationOfRun(snapshot).choice), seed];
  const preprocessed = preprocessingKey(preprocessingOf(snapshot));
  const stages: Stage[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const order = new Random(seed).fork("class order").fork(repeat).permutation(classNames.length);
    for (const memory of MEMORIES)
      for (const [step, count] of classesSeen.entries()) {
        const seen = Array.from(order.subarray(0, count)).sort((a, b) => a - b);
        const synLr = memory === "set" ? snapshot.synLr : undefined;
        const recipe = [
          ...common,
          protocolText(chosen, chosen.built.rates(chosen.choice.params as never, synLr)),
          seen,
          step,
          ...(memory === "random" ? [countsText(countsOf(snapshot)), ...preprocessed] : []),
        ];
        const owner = memory === "set" ? id : source.info.fingerprint;
        // not the set's own score on all classes, so that it is no accuracy of the set
        const subject = memory === "set" ? "setMemory" : "randomMemory";
        const key = { owner, subject, recipe: JSON.stringify(recipe), index: repeat } as const;
        stages.push({ memory, repeat, step, seen, key, score: null });
      }
  }
  return stages;
}

async function* trainStage(
  request: ContinualRequest,
  { snapshot }: KeptSnapshot,
  realData: RealData,
  { memory, repeat, step, seen }: Stage,
): AsyncGenerator<EvaluationProgress> {
  const random = new Random(request.seed);
  const counts = countsOf(snapshot);
  const part = realData.ofClasses(seen);
  const protocol = chooseProtocol(request.protocol);
  const network = chooseNetwork(part, request.network).built;
  const whole =
    memory === "set"
      ? setOf(snapshot, "set", realData)
      : randomImages(realData, counts, random.fork("memory").fork(repeat));
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  const own = ofClasses(whole, labels, seen);
  tf.dispose([whole.images, whole.targets]);
  try {
    yield* protocol.built.evaluate({
      params: protocol.choice.params as never,
      network,
      augmentation: augmentationOfRun(snapshot).built,
      ...own,
      realData: part,
      imagesPerPass: imagesPerPassOf(network),
      random: random.fork("continual").fork(repeat).fork(step),
      only: 0,
    });
  } finally {
    tf.dispose([own.images, own.targets]);
  }
}
