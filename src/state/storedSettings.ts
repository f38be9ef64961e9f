/** What the page keeps between visits, as a tab that only shows treats it: read when the other tab writes, never written. */
import type { PersistStorage } from "zustand/middleware";
import { useBaselines } from "./baselines";
import { useExperiment } from "./experiment";
import { draftFor } from "./settings";

/** Of a store that is kept; none where the browser refuses to keep anything. */
interface Persist<S> {
  getOptions(): { name?: string; storage?: PersistStorage<S> | undefined };
  setOptions(options: { storage: PersistStorage<S> }): void;
  rehydrate(): unknown;
}

const settings = (): Persist<unknown> | undefined => useExperiment.persist as Persist<unknown> | undefined;
const baselines = (): Persist<unknown> | undefined => useBaselines.persist as Persist<unknown> | undefined;

/** The settings as they are stored, where they are valid. */
export function readSettings(): void {
  settings()?.rehydrate();
  const { catalog, draft } = useExperiment.getState();
  if (catalog) useExperiment.setState({ draft: draftFor(catalog, draft ?? {}) });
}

/** Follows what another tab stores. @returns what ends it: then this tab stores again */
export function followSettings(): () => void {
  const writeAgain = [settings(), baselines()].map(readOnly);
  const onStorage = ({ key }: StorageEvent) => {
    if (key === settings()?.getOptions().name) readSettings();
    if (key === baselines()?.getOptions().name) baselines()?.rehydrate();
  };
  addEventListener("storage", onStorage);
  return () => {
    removeEventListener("storage", onStorage);
    for (const restore of writeAgain) restore();
  };
}

/** Keeps a store from writing. @returns what lets it write again */
function readOnly<S>(persist: Persist<S> | undefined): () => void {
  const storage = persist?.getOptions().storage;
  if (!persist || !storage) return () => undefined;
  persist.setOptions({ storage: { ...storage, setItem: () => undefined } });
  return () => persist.setOptions({ storage });
}
