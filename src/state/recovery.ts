/**
 * What the page does when its engine can no longer be believed. A lost graphics device costs the worker, not the work:
 * a fresh worker gets a new device and goes on where the newest stored state is. At most `MOST_TRIES` times in a row;
 * then all is kept as it is and the person decides.
 */
import { create } from "zustand";
import type { ErrorInfo } from "@/shared/errors";
import type { BackendInfo } from "@/shared/run";
import { announce } from "./announcements";
import { useBackend } from "./backend";
import { commands } from "./commands";
import { brokenWork, isComputing, type BrokenWork } from "./brokenWork";
import { useRun } from "./run";

interface RecoveryState {
  /** "stuck": the device did not come back; "gaveUp": it was lost again and again. */
  phase: "well" | "recovering" | "stuck" | "gaveUp";
  /** Losses in a row, without progress between them. */
  tries: number;
  /** Begins the work again that broke off, on the same backend or on another one. */
  goOn: (backend?: BackendInfo["id"]) => Promise<void>;
  /** Leaves the work as it is; what is stored of it can be resumed later. */
  leave: () => void;
}

export const MOST_TRIES = 3;
/** More steps than this since the last loss are progress. */
const FEW_STEPS = 3;
/** A browser needs a moment to start its GPU process again. */
const WAITS_MS = [0, 300, 800, 1600];
/** What computes hears of a loss by itself, a little later than the page at most. */
const VERDICT_MS = 3000;
const LAST_WORDS_MS = 1000;

let work: BrokenWork[] = [];
/** How far the work was at the last loss. */
let lostAt = 0;
/** Counts what was begun, so that nothing goes on that the person has left. */
let ticket = 0;

export const useRecovery = create<RecoveryState>(() => ({
  phase: "well",
  tries: 0,

  goOn: (backend) => {
    useRecovery.setState({ tries: 0 });
    return recover(backend);
  },

  leave: () => {
    ticket++;
    work = [];
    useRecovery.setState({ phase: "well", tries: 0 });
    if (useBackend.getState().phase === "failed") void commands().renewEngine();
  },
}));

/** A fresh engine, and on it the work that broke off. */
async function recover(backend: BackendInfo["id"] | undefined): Promise<void> {
  const mine = ++ticket;
  useRecovery.setState({ phase: "recovering" });
  for (const wait of WAITS_MS) {
    await pause(wait);
    if (mine !== ticket) return;
    await commands().renewEngine(backend);
    if (useBackend.getState().phase === "ready") break;
  }
  if (mine !== ticket) return;
  if (useBackend.getState().phase !== "ready") {
    useRecovery.setState({ phase: "stuck" });
    announce("The graphics device did not come back. What was computed is kept.");
    return;
  }
  for (const { resume } of work.splice(0)) await resume();
  if (mine === ticket) useRecovery.setState({ phase: "well" });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Called with the word of an engine that its backend has failed. */
export async function backendFailed({ kind }: ErrorInfo): Promise<void> {
  const end = performance.now() + VERDICT_MS;
  while (isComputing() && performance.now() < end) await pause(20);
  await lastWords();
  useRun.setState({ isLost: true });
  if (kind !== "deviceLost") return commands().renewEngine(); // the run says what would fit

  const broken = brokenWork();
  const reached = Math.max(0, ...broken.map(({ steps }) => steps));
  const hasProgressed = reached > lostAt + FEW_STEPS;
  lostAt = reached;
  const tries = (hasProgressed ? 0 : useRecovery.getState().tries) + 1;
  work = broken;
  if (tries > MOST_TRIES) {
    useRecovery.setState({ phase: "gaveUp" });
    announce(
      "The graphics device was lost again and again. The work has stopped; what was computed is kept.",
    );
    return commands().renewEngine();
  }
  useRecovery.setState({ tries });
  if (broken.length > 0) announce(`The graphics device was lost. Going on, try ${tries} of ${MOST_TRIES}.`);
  await recover(useBackend.getState().info?.id);
}

/** A set that was finished just before the loss is in the memory of the old worker: whoever asked for it gets it. */
async function lastWords(): Promise<void> {
  const answer = commands()
    .engine.snapshot()
    .catch(() => null); // no set, no matter
  await Promise.race([answer, pause(LAST_WORDS_MS)]);
}
