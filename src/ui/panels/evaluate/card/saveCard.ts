/** The result card as a PNG in the downloads. */
import type { SnapshotInfo } from "@/shared/evaluating";
import type { Snapshot } from "@/shared/run";
import { UserError } from "@/shared/errors";
import { baselinesOf, useBaselines } from "@/state/baselines";
import { useScores } from "@/state/evaluating";
import { useExperiment } from "@/state/experiment";
import { download } from "@/state/exporting";
import { networkLabel } from "@/state/networkChoice";
import { methodLabel } from "../../../runNames";
import { cardFacts, rowsOf } from "./cardFacts";
import { drawCard } from "./drawCard";

const STUDIO = "Distillation studio";

/** @throws UserError when the browser gives no picture */
export async function saveCard(snapshot: Snapshot, info: SnapshotInfo | undefined): Promise<void> {
  const { catalog } = useExperiment.getState();
  const ipc = Math.max(1, Math.floor(snapshot.labels.length / snapshot.classNames.length));
  const rows = rowsOf(useScores.getState().rows, info);
  const facts = cardFacts(snapshot, rows, (network) =>
    baselinesOf(
      useBaselines.getState(),
      snapshot.datasetFingerprint,
      ipc,
      network,
      snapshot.config.evaluation,
    ),
  );
  const methodId = snapshot.config.method.id;
  const canvas = drawCard(snapshot, facts, {
    studio: STUDIO,
    method: snapshot.openedFrom ?? methodLabel(catalog, methodId),
    network: networkLabel(catalog, facts.network),
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob)
    throw new UserError("The card could not be drawn.", "Close other tabs to free memory, then try again.");
  const name = snapshot.datasetName.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  download(blob, `${name}-${methodId}-ipc${ipc}-card.png`);
}
