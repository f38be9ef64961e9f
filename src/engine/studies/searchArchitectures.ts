import type { ArchitectureRequest, ArchitectureUpdate, EvaluationRow, SubjectId } from "@/shared/evaluating";
import { pluginById } from "@/shared/plugin";
import { networks } from "../networks";
import { relay } from "../relay";
import { evaluateSets } from "./evaluateSets";
import { rankCorrelation } from "./rankCorrelation";
import { chooseNetwork, choiceText, type KeptSnapshot, type StudyEnvironment, type StudyStep } from "./study";

export type ArchitectureState = Pick<ArchitectureUpdate, "rows" | "correlation" | "done" | "total">;

/**
 * Does a set rank networks as the real data does? Trains every network of a grid on the set and on all real images,
 * as the evaluation does, and correlates the ranks of their mean accuracies (Zhao & Bilen 2021, section 4.4).
 * @throws UserError at once for a wrong setting, or when the set and the dataset do not fit
 */
export function searchArchitectures(
  request: ArchitectureRequest,
  kept: KeptSnapshot,
  environment: StudyEnvironment,
): AsyncGenerator<StudyStep<ArchitectureState>, void, void> {
  const { info } = environment.source;
  const chosen = request.grid.map((choice) => chooseNetwork(info, choice).choice);
  const grid = [...new Map(chosen.map((choice) => [choiceText(choice), choice])).values()];
  const evaluating = evaluateSets(
    {
      snapshotIds: [kept.id],
      datasetId: request.datasetId,
      subjects: ["set", "full"],
      networks: grid,
      protocol: request.protocol,
      fullEpochs: request.realEpochs,
      seed: request.seed,
    },
    [kept],
    environment,
    { hardLabels: false },
  );
  return tabled(evaluating, grid);
}

async function* tabled(
  evaluating: ReturnType<typeof evaluateSets>,
  grid: Choices,
): AsyncGenerator<StudyStep<ArchitectureState>, void, void> {
  const labels = labelsOf(grid);
  yield* relay(evaluating, ({ state, ...rest }) => {
    const rows = grid.map((network, i) => ({
      network,
      label: labels[i]!,
      synthetic: meanOf(state.rows, network, "set"),
      real: meanOf(state.rows, network, "full"),
    }));
    const pairs = rows.flatMap(({ synthetic, real }) =>
      synthetic === null || real === null ? [] : [[synthetic, real] as const],
    );
    return {
      ...rest,
      state: { rows, correlation: rankCorrelation(pairs), done: state.done, total: state.total },
    };
  });
}

type Choices = ArchitectureRequest["grid"];

function meanOf(rows: readonly EvaluationRow[], network: Choices[number], subject: SubjectId): number | null {
  const text = choiceText(network);
  const row = rows.find((other) => other.subject === subject && choiceText(other.network) === text);
  return row?.mean ?? null;
}

/** The network's name, and the settings in which the networks of one name differ: "ConvNet, width 32, depth 2". */
function labelsOf(grid: Choices): string[] {
  return grid.map(({ id, params }) => {
    const plugin = pluginById(networks, id, "network");
    const same = grid.filter((other) => other.id === id);
    const differing = Object.keys(params).filter((key) =>
      same.some((other) => other.params[key] !== params[key]),
    );
    return [plugin.label, ...differing.map((key) => `${key} ${params[key]}`)].join(", ");
  });
}
