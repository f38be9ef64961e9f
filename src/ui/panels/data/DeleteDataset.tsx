import type { DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "@/state/datasets";
import { DeleteDialog } from "../../controls/DeleteDialog";
import { formatBytes, plural } from "../../format";
import { imagesOf } from "./datasetCounts";

/** Asks once more before a dataset is gone. */
export function DeleteDataset({ dataset, onClose }: { dataset: DatasetInfo; onClose: () => void }) {
  const remove = useDatasets((state) => state.remove);
  return (
    <DeleteDialog
      title={`Delete ${dataset.name}?`}
      about={`${plural(imagesOf(dataset), "image")} and ${formatBytes(dataset.bytes)} are removed from this browser. Your own files are not touched.`}
      onDelete={() => void remove(dataset.id)}
      onClose={onClose}
    />
  );
}
