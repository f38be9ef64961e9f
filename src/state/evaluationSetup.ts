/** What the person chose to evaluate: sets, what they are held against, networks, protocol. */
import { create } from "zustand";
import type { EvaluationRequest, SnapshotInfo, SubjectId } from "@/shared/evaluating";
import type { Catalog, PluginChoice } from "@/shared/experiment";
import { defaultsOf, int, paramProblem, type ParamRecord, type ParamValue } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import { choiceKey, networkCandidates } from "./networkChoice";

const SLOW_FULL_EPOCHS = 3; // without a GPU

export const SETUP_PARAMS = {
  fullEpochs: int("Epochs on all data", {
    help: "Passes over all real training images, a short recipe: the end of the scale, not a record.",
    default: 20,
    min: 1,
    max: 200,
  }),
  seed: int("Evaluation seed", {
    help: "The same seed draws the same networks and the same random images.",
    default: 1,
    min: 0,
    max: 2 ** 31 - 1,
  }),
};

interface SetupState {
  snapshotIds: string[];
  subjects: SubjectId[];
  candidates: PluginChoice[];
  /** Keys of the candidates that are ticked. */
  ticked: string[];
  protocol: PluginChoice | null;
  own: { fullEpochs: number; seed: number };
  /** Fills in what was not chosen yet: the network and the protocol of the run's settings. */
  prepare: (catalog: Catalog, network: PluginChoice, protocol: PluginChoice, isSlow: boolean) => void;
  /** Drops sets that are gone, and begins with the selected one, else the newest. */
  chooseSnapshots: (list: readonly SnapshotInfo[], selectedId: string | null) => void;
  onlySnapshot: (id: string) => void;
  tickSnapshot: (id: string, on: boolean) => void;
  tickSubject: (subject: SubjectId, on: boolean) => void;
  tickNetwork: (choice: PluginChoice, on: boolean) => void;
  /** Adds a network, ticked. */
  addNetwork: (choice: PluginChoice) => void;
  chooseProtocol: (info: PluginInfo) => void;
  setProtocol: (values: ParamRecord) => void;
  setOwn: (key: string, value: ParamValue) => void;
}

const withItem = <T>(list: readonly T[], item: T, on: boolean): T[] => [
  ...list.filter((other) => other !== item),
  ...(on ? [item] : []),
];

export const useEvaluationSetup = create<SetupState>((set) => ({
  snapshotIds: [],
  subjects: ["set", "png", "random"],
  candidates: [],
  ticked: [],
  protocol: null,
  own: defaultsOf(SETUP_PARAMS),

  prepare: (catalog, network, protocol, isSlow) =>
    set((state) => {
      const candidates = networkCandidates(catalog, network);
      const keys = new Set(candidates.map(choiceKey));
      const added = state.candidates.filter((choice) => !keys.has(choiceKey(choice)));
      const isFirst = state.protocol === null;
      return {
        candidates: [...candidates, ...added.filter((choice) => state.ticked.includes(choiceKey(choice)))],
        ticked: isFirst ? [choiceKey(network)] : state.ticked,
        protocol: state.protocol ?? protocol,
        own: isFirst && isSlow ? { ...state.own, fullEpochs: SLOW_FULL_EPOCHS } : state.own,
      };
    }),

  chooseSnapshots: (list, selectedId) =>
    set(({ snapshotIds }) => {
      const kept = snapshotIds.filter((id) => list.some((info) => info.id === id));
      const first = selectedId ?? list[0]?.id;
      if (first === undefined || kept.includes(first)) return { snapshotIds: kept };
      return { snapshotIds: selectedId !== null || kept.length === 0 ? [first] : kept };
    }),

  onlySnapshot: (id) => set({ snapshotIds: [id] }),
  tickSnapshot: (id, on) => set(({ snapshotIds }) => ({ snapshotIds: withItem(snapshotIds, id, on) })),
  tickSubject: (subject, on) => set(({ subjects }) => ({ subjects: withItem(subjects, subject, on) })),
  tickNetwork: (choice, on) => set(({ ticked }) => ({ ticked: withItem(ticked, choiceKey(choice), on) })),

  addNetwork: (choice) =>
    set(({ candidates, ticked }) => ({
      candidates: candidates.some((other) => choiceKey(other) === choiceKey(choice))
        ? candidates
        : [...candidates, choice],
      ticked: withItem(ticked, choiceKey(choice), true),
    })),

  chooseProtocol: ({ id, params }) => set({ protocol: { id, params: defaultsOf(params) } }),

  setProtocol: (values) =>
    set(({ protocol }) =>
      protocol ? { protocol: { ...protocol, params: { ...protocol.params, ...values } } } : {},
    ),

  setOwn: (key, value) => set(({ own }) => ({ own: { ...own, [key]: value } })),
}));

/** The networks that are ticked, in the order of the list. */
export const tickedNetworks = ({
  candidates,
  ticked,
}: Pick<SetupState, "candidates" | "ticked">): PluginChoice[] =>
  candidates.filter((choice) => ticked.includes(choiceKey(choice)));

/** Why the settings of a protocol cannot be used, "" when they can. */
export function protocolProblem(catalog: Catalog | null, protocol: PluginChoice | null): string {
  const info = catalog?.evaluations.find(({ id }) => id === protocol?.id);
  if (!info || !protocol) return "The engine is being prepared.";
  return (
    Object.entries(info.params)
      .map(([key, param]) => paramProblem(param, protocol.params[key] ?? param.default))
      .find((problem) => problem !== "") ?? ""
  );
}

/** What is missing or wrong, as a sentence; "" when an evaluation can begin. */
export function setupProblem(catalog: Catalog | null, state: SetupState): string {
  if (state.snapshotIds.length === 0) return "Choose at least one set.";
  if (state.subjects.length === 0) return "Choose what to train on.";
  if (tickedNetworks(state).length === 0) return "Choose at least one network.";
  const own = Object.entries(SETUP_PARAMS).map(([key, param]) =>
    paramProblem(param, state.own[key as keyof typeof SETUP_PARAMS]),
  );
  return protocolProblem(catalog, state.protocol) || (own.find((problem) => problem !== "") ?? "");
}

/** The request of a setup without problems. */
export const requestOf = (state: SetupState, datasetId: string): EvaluationRequest => ({
  snapshotIds: state.snapshotIds,
  datasetId,
  subjects: state.subjects,
  networks: tickedNetworks(state),
  protocol: state.protocol!,
  ...state.own,
});
