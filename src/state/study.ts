/**
 * What the three studies of a set (evaluation, continual learning, architecture search) have in common: one goes on at
 * a time, is paused, resumed and stopped by the same commands, and tells of itself in updates.
 */
import type { StoreApi, UseBoundStore } from "zustand";
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { RunPhase } from "@/shared/run";
import { announce } from "./announcements";
import { commands } from "./commands";

interface Told {
  phase: RunPhase;
  done: number;
  total: number;
  eta: number | null;
  error?: ErrorInfo;
}

export interface StudyState<R, U extends Told> {
  phase: RunPhase;
  request: R | null;
  update: U | null;
  error: ErrorInfo | null;
  start: (request: R) => Promise<void>;
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  stop: () => Promise<void>;
  fail: (error: ErrorInfo) => void;
  /** The tab that computed it no longer does; what it stored can go on. */
  interrupt: () => void;
}

const ACTIVE: readonly RunPhase[] = ["preparing", "running", "pausing", "paused", "stopping"];

export const isStudying = ({ phase }: { phase: RunPhase }): boolean => ACTIVE.includes(phase);

interface Options<R, U> {
  /** "The evaluation": begins the announced sentences. */
  name: string;
  begin: (request: R, onUpdate: (update: U) => void) => Promise<void>;
  onUpdate?: (update: U, request: R) => void;
}

/** The store of one kind of study. */
export function createStudy<R, U extends Told>({
  name,
  begin,
  onUpdate,
}: Options<R, U>): UseBoundStore<StoreApi<StudyState<R, U>>> {
  let ticket = 0; // a late word of an earlier study is not heard
  return create<StudyState<R, U>>((set, get) => {
    const command = async (give: () => Promise<void>) => {
      try {
        await give();
      } catch (error) {
        set({ error: errorInfo(error) });
      }
    };
    const move = (phase: RunPhase, give: () => Promise<void>) => {
      if (!isStudying(get())) return Promise.resolve();
      set({ phase });
      return command(give);
    };
    return {
      phase: "idle",
      request: null,
      update: null,
      error: null,

      async start(request) {
        const mine = ++ticket;
        set({ phase: "preparing", request, update: null, error: null });
        try {
          await begin(request, (update) => {
            if (mine !== ticket) return;
            if (update.phase !== get().phase) announceEnd(name, update.phase);
            set({ phase: update.phase, update, error: update.error ?? get().error });
            onUpdate?.(update, request);
          });
        } catch (error) {
          if (mine === ticket) get().fail(errorInfo(error));
        }
      },

      pause: () => move("pausing", () => commands().engine.pauseStudy()),
      resume: () => move("running", () => commands().engine.resumeStudy()),
      stop: () => move("stopping", () => commands().engine.stopStudy()),

      // a study that has ended before stays as it ended
      fail: (error) => set((state) => (isStudying(state) ? { phase: "failed", error } : {})),

      interrupt: () => {
        ticket++;
        set((state) => (isStudying(state) ? { phase: "interrupted" } : {}));
      },
    };
  });
}

function announceEnd(name: string, phase: RunPhase): void {
  if (phase === "done") announce(`${name} is done.`);
  if (phase === "paused") announce(`${name} is paused.`);
  if (phase === "stopped") announce(`${name} was stopped.`);
  if (phase === "failed") announce(`${name} failed.`);
}
