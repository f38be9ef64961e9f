/** The settings of the next run; kept in the browser between visits. */
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import { KINDS, type Catalog, type ExperimentConfig, type Kind } from "@/shared/experiment";
import type { ParamValue } from "@/shared/params";
import type { Preset } from "@/shared/plugin";
import { commands } from "./commands";
import { draftFor, draftOf, pluginKey, withRunDefaults, type Draft } from "./settings";

interface ExperimentState {
  catalog: Catalog | null;
  draft: Draft | null;
  error: ErrorInfo | null;
  load: () => Promise<void>;
  setRun: (key: string, value: ParamValue) => void;
  choose: (kind: Kind, id: string) => void;
  setPlugin: (kind: Kind, key: string, value: ParamValue) => void;
  applyPreset: (kind: Kind, preset: Preset) => void;
  /** The next run begins with a kept set of so many images per class. */
  beginWith: (setId: string, ipc: number) => void;
  /** Shows the settings of a run. */
  adopt: (config: ExperimentConfig) => void;
  reset: () => void;
}

export const useExperiment = create<ExperimentState>()(
  persist(
    (set, get) => {
      const change = (next: (draft: Draft) => Partial<Draft>) =>
        set(({ draft }) => (draft ? { draft: { ...draft, ...next(draft) } } : {}));

      return {
        catalog: null,
        draft: null,
        error: null,

        async load() {
          try {
            const catalog = await commands().engine.catalog();
            set({ catalog, draft: draftFor(catalog, get().draft ?? {}), error: null });
          } catch (error) {
            set({ error: errorInfo(error) });
          }
        },

        setRun: (key, value) => change(({ run }) => ({ run: { ...run, [key]: value } })),

        beginWith: (initialSet, ipc) =>
          change(({ run }) => ({ run: { ...run, init: "set", initialSet, ipc } })),

        choose: (kind, id) =>
          change(({ chosen, run }) => {
            const plugin = get().catalog?.[KINDS[kind]].find((member) => member.id === id);
            return { chosen: { ...chosen, [kind]: id }, run: withRunDefaults(run, plugin?.runDefaults) };
          }),

        setPlugin: (kind, key, value) =>
          change(({ chosen, plugins }) => {
            const name = pluginKey(kind, chosen[kind]);
            return { plugins: { ...plugins, [name]: { ...plugins[name], [key]: value } } };
          }),

        applyPreset: (kind, preset) =>
          change(({ run, chosen, plugins }) => {
            const name = pluginKey(kind, chosen[kind]);
            const { network } = preset;
            const netName = network && pluginKey("network", network.id);
            return {
              run: withRunDefaults(run, preset.run),
              chosen: { ...chosen, ...(network && { network: network.id }) },
              plugins: {
                ...plugins,
                [name]: { ...plugins[name], ...preset.params },
                ...(netName && { [netName]: { ...plugins[netName], ...network.params } }),
              },
            };
          }),

        adopt: (config) =>
          set(({ catalog, draft }) => (catalog && draft ? { draft: draftOf(catalog, draft, config) } : {})),

        reset: () => set(({ catalog }) => (catalog ? { draft: draftFor(catalog) } : {})),
      };
    },
    { name: "studio.settings", version: 1, partialize: ({ draft }) => ({ draft }) },
  ),
);
