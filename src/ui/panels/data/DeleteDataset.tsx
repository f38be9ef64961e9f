import type { DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "@/state/datasets";
import { Modal } from "../../controls/Modal";
import { formatBytes, plural } from "../../format";
import { imagesOf } from "./datasetCounts";

/** Asks once more before a dataset is gone. */
export function DeleteDialog({ dataset, onClose }: { dataset: DatasetInfo; onClose: () => void }) {
  const remove = useDatasets((state) => state.remove);
  return (
    <Modal
      title={`Delete ${dataset.name}?`}
      about={`${plural(imagesOf(dataset), "image")} and ${formatBytes(dataset.bytes)} are removed from this browser. Your own files are not touched.`}
      onClose={onClose}
    >
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Keep
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            void remove(dataset.id);
            onClose();
          }}
        >
          Delete
        </button>
      </div>
    </Modal>
  );
}
