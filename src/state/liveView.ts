/** What the tab that writes shows, for the tabs that look on: the stores of the run and of what else computes. */
import type { StoreApi } from "zustand";
import type { Catalog } from "@/shared/experiment";
import { useAnnouncements } from "./announcements";
import { useBackend } from "./backend";
import { useCurves, useEvaluating, useScores } from "./evaluating";
import { useExperiment } from "./experiment";
import { readSettings } from "./storedSettings";
import { useExperts } from "./experts";
import { useRun } from "./run";
import { useSnapshots } from "./snapshots";
import { useArchitectures, useContinual } from "./studies";
import type { ShownStores } from "./tabChannel";

type Fields = Record<string, unknown>;

interface Shown {
  store: Pick<StoreApi<object>, "getState" | "setState" | "subscribe">;
  /** These fields; all but the actions where nothing is named. */
  only?: readonly string[];
  /** Fields into the store of a tab that looks on. */
  show?: (fields: Fields) => void;
}

const SHOWN: Record<string, Shown> = {
  // what the engine of the other tab holds can be seen here, not exported
  run: { store: useRun, show: (fields) => useRun.setState({ ...fields, isLost: true }) },
  snapshots: { store: useSnapshots, only: ["ofRunId"] },
  backend: { store: useBackend },
  experts: { store: useExperts },
  evaluating: { store: useEvaluating },
  curves: { store: useCurves },
  scores: { store: useScores },
  continual: { store: useContinual },
  architectures: { store: useArchitectures },
  announcements: { store: useAnnouncements },
  experiment: {
    store: useExperiment,
    only: ["catalog"],
    show: ({ catalog }) => {
      useExperiment.setState({ catalog: (catalog ?? null) as Catalog | null });
      readSettings();
    },
  },
};

export interface Teller {
  /** Everything, at once. */
  tellAll(): void;
  /** What changes from now on: once, when it has changed. */
  tellMore(): void;
  end(): void;
}

/** Tells what the stores show, no faster than it is asked for: a tab that does not keep up is not flooded. */
export function tellStores(tell: (stores: ShownStores) => void): Teller {
  let told: ShownStores = {};
  let isAsked = false;
  let isDue = false;
  const flush = () => {
    isDue = false;
    const changed = changesSince(told);
    if (!isAsked || Object.keys(changed).length === 0) return;
    isAsked = false;
    for (const [name, fields] of Object.entries(changed)) told[name] = { ...told[name], ...fields };
    tell(changed);
  };
  // one telling for all that changes in one go
  const onChange = () => {
    if (!isAsked || isDue) return;
    isDue = true;
    queueMicrotask(flush);
  };
  const unsubscribers = Object.values(SHOWN).map(({ store }) => store.subscribe(onChange));
  return {
    tellAll() {
      told = {};
      isAsked = true;
      flush();
    },
    tellMore() {
      isAsked = true;
      onChange();
    },
    end() {
      isAsked = false;
      unsubscribers.forEach((unsubscribe) => unsubscribe());
    },
  };
}

/** Shows what the tab that writes has told. */
export function showStores(stores: ShownStores): void {
  for (const [name, told] of Object.entries(stores)) {
    const shown = Object.hasOwn(SHOWN, name) ? SHOWN[name] : undefined;
    if (!shown) continue;
    const fields = Object.fromEntries(
      fieldsOf(shown).flatMap(([key]) => (key in told ? [[key, told[key]]] : [])),
    );
    if (shown.show) shown.show(fields);
    else shown.store.setState(fields);
  }
}

function changesSince(told: ShownStores): ShownStores {
  const changes: ShownStores = {};
  for (const [name, shown] of Object.entries(SHOWN)) {
    const changed = fieldsOf(shown).filter(([key, value]) => {
      const before = told[name];
      return !before || !(key in before) || !Object.is(before[key], value);
    });
    if (changed.length > 0) changes[name] = Object.fromEntries(changed);
  }
  return changes;
}

const fieldsOf = ({ store, only }: Shown): [string, unknown][] =>
  Object.entries(store.getState()).filter(([key, value]) =>
    only ? only.includes(key) : typeof value !== "function",
  );
