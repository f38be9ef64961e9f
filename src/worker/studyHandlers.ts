/** What the engine worker does with kept sets: evaluate them, and the two studies of what they are good for. */
import type { SnapshotStore } from "@/data/runs/snapshotStore";
import { evaluateSets } from "@/engine/studies/evaluateSets";
import { learnContinually } from "@/engine/studies/learnContinually";
import { searchArchitectures } from "@/engine/studies/searchArchitectures";
import type { KeptSnapshot, StudyEnvironment, StudyStep } from "@/engine/studies/study";
import type { ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ScoreStore } from "@/shared/evaluating";
import type { EngineCommands } from "./protocol";
import { StudySession, type StudyProgress } from "./studySession";

export type StudyCommands = Pick<
  EngineCommands,
  "evaluate" | "studyContinual" | "studyArchitectures" | "pauseStudy" | "resumeStudy" | "stopStudy"
>;

export interface StudySurroundings {
  snapshots: SnapshotStore;
  scores: ScoreStore;
  openSource: (datasetId: string) => Promise<ImageSource>;
  /** Ends whatever else computes and starts the backend, if it has not. */
  startEngine: () => Promise<void>;
  /** The cause of an error, when the error is only what it showed as. */
  explain: (error: unknown) => unknown;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

interface Driven {
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export function createStudyHandlers(surroundings: StudySurroundings): StudyCommands {
  const { snapshots, scores, openSource, startEngine, explain, clock } = surroundings;
  let session: Driven | null = null;
  /** One study is opened after the other, so that each ends the one before it. */
  let opening: Promise<void> = Promise.resolve();

  const current = (): Driven => {
    if (!session) throw new UserError("There is no evaluation yet.", "Press Evaluate first.");
    return session;
  };

  function begin(open: () => Promise<void>): Promise<void> {
    const opened = opening.then(open);
    opening = opened.catch(() => undefined);
    return opened;
  }

  async function drive<S extends object>(
    request: { datasetId: string },
    snapshotIds: readonly string[],
    open: (kept: KeptSnapshot[], environment: StudyEnvironment) => AsyncGenerator<StudyStep<S>, void, void>,
    first: S,
    tell: (update: S & StudyProgress) => void,
  ): Promise<void> {
    await session?.stop();
    await startEngine();
    const source = await openSource(request.datasetId);
    const kept: KeptSnapshot[] = [];
    for (const id of snapshotIds) kept.push({ id, snapshot: await snapshots.read(id) });
    const run = open(kept, { source, scores });
    const next = new StudySession<S>({ run, first, tell, explain, clock });
    session = next;
    void next.drive();
  }

  return {
    evaluate: (request, onUpdate) =>
      begin(() =>
        drive(
          request,
          request.snapshotIds,
          (kept, environment) => evaluateSets(request, kept, environment),
          { rows: [], scores: [], curve: null, done: 0, total: 0 },
          onUpdate,
        ),
      ),

    studyContinual: (request, onUpdate) =>
      begin(() =>
        drive(
          request,
          [request.snapshotId],
          ([kept], environment) => learnContinually(request, kept!, environment),
          { classesSeen: [], memories: [], done: 0, total: 0 },
          onUpdate,
        ),
      ),

    studyArchitectures: (request, onUpdate) =>
      begin(() =>
        drive(
          request,
          [request.snapshotId],
          ([kept], environment) => searchArchitectures(request, kept!, environment),
          { rows: [], correlation: null, done: 0, total: 0 },
          onUpdate,
        ),
      ),

    pauseStudy: () => Promise.resolve().then(() => current().pause()),
    resumeStudy: () => Promise.resolve().then(() => current().resume()),
    async stopStudy() {
      await opening;
      await session?.stop();
    },
  };
}
