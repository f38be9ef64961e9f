/** What the next run will take: memory at once, time after a short timing of the network on this device. */
import { create } from "zustand";
import type { PassTimes, RunEstimate, TimedWork } from "@/shared/estimating";
import type { ExperimentConfig } from "@/shared/experiment";
import { useBackend } from "./backend";
import { commands } from "./commands";
import { selectedDataset, useDatasets } from "./datasets";
import { useEvaluating } from "./evaluating";
import { useExperiment } from "./experiment";
import { isTraining, useExperts } from "./experts";
import { remember, remembered } from "./remembered";
import { isActive, useRun } from "./run";
import { configOf, problemsOf } from "./settings";
import { useArchitectures, useContinual } from "./studies";
import { isStudying } from "./study";

interface EstimateState {
  /** Null while it cannot be said. */
  estimate: RunEstimate | null;
  isMeasuring: boolean;
}

export const useEstimate = create<EstimateState>(() => ({ estimate: null, isMeasuring: false }));

/** Settings rest this long before they are looked at. */
const REST_MS = 300;

/** Keeps the estimate true to the settings; while something computes nothing is timed. */
export function followEstimate(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = "";
  let seen: readonly unknown[] = [];
  const look = () => {
    const parts = partsOfEstimate();
    if (parts.every((part, at) => part === seen[at])) return; // a run tells far more often than settings change
    seen = parts;
    const now = JSON.stringify([nextConfig(), useBackend.getState().info, isComputing()]);
    if (now === last) return;
    last = now;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), REST_MS);
  };
  const stores = [useBackend, useDatasets, useExperiment, useRun, useExperts];
  for (const store of [...stores, useEvaluating, useContinual, useArchitectures]) store.subscribe(look);
}

/** What the estimate depends on; most words of the stores change nothing of it. */
const partsOfEstimate = (): readonly unknown[] => {
  const { catalog, draft } = useExperiment.getState();
  return [catalog, draft, selectedDataset(useDatasets.getState()), useBackend.getState().info, isComputing()];
};

/** A late answer to an earlier question is not heard. */
let asked = 0;

async function refresh(): Promise<void> {
  const mine = ++asked;
  const tell = (state: Partial<EstimateState>) => void (mine === asked && useEstimate.setState(state));
  const config = nextConfig();
  if (!config || useBackend.getState().phase !== "ready") return tell({ estimate: null, isMeasuring: false });
  const { engine } = commands();
  try {
    await engine.stopMeasuring();
    const memory = await engine.estimateRun(config, null);
    let times = knownTimes(memory.key, memory.kinds);
    if (times) return tell({ estimate: await engine.estimateRun(config, times), isMeasuring: false });
    if (isComputing()) return tell({ estimate: memory, isMeasuring: false });
    tell({ estimate: memory, isMeasuring: true });
    times = mine === asked ? await engine.measurePasses(config) : null;
    if (times) noteTimes(memory.key, times);
    tell({ estimate: times ? await engine.estimateRun(config, times) : memory, isMeasuring: false });
  } catch {
    tell({ estimate: null, isMeasuring: false }); // Start says what is wrong
  }
}

/** The config that Start would take, null where it would take none. */
function nextConfig(): ExperimentConfig | null {
  const { catalog, draft } = useExperiment.getState();
  const dataset = selectedDataset(useDatasets.getState());
  if (!catalog || !draft || !dataset || problemsOf(catalog, draft).length > 0) return null;
  const config = configOf(catalog, draft, dataset.id);
  return { ...config, run: { ...config.run, seed: 0 } }; // another seed takes as long
}

const isComputing = (): boolean =>
  isActive(useRun.getState()) ||
  isTraining(useExperts.getState()) ||
  [useEvaluating, useContinual, useArchitectures].some((store) => isStudying(store.getState()));

const KEY = "studio.passTimes";
/** Older ones are forgotten. */
const MOST_KEPT = 30;
/** Rough times are asked for again on the next visit. */
const ofThisVisit = new Map<string, PassTimes>();

function storedTimes(): Record<string, PassTimes> {
  try {
    return JSON.parse(remembered(KEY) ?? "{}") as Record<string, PassTimes>;
  } catch {
    return {}; // not ours: it is replaced
  }
}

function knownTimes(key: string, kinds: readonly TimedWork[]): PassTimes | null {
  const times = ofThisVisit.get(key) ?? storedTimes()[key];
  return times && kinds.every((kind) => times.kinds?.[kind]) ? times : null;
}

function noteTimes(key: string, times: PassTimes): void {
  const { [key]: before, ...others } = storedTimes();
  const all = { ...times, kinds: { ...before?.kinds, ...times.kinds } };
  ofThisVisit.set(key, all);
  if (times.basis === "rough") return;
  const kept = Object.entries({ ...others, [key]: all }).slice(-MOST_KEPT);
  remember(KEY, JSON.stringify(Object.fromEntries(kept)));
}
