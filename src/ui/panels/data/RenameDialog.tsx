import { useState } from "react";
import type { DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "@/state/datasets";
import { Modal } from "../../controls/Modal";
import { TextControl } from "../../controls/TextControl";

/** Asks for another name of a dataset. */
export function RenameDialog({ dataset, onClose }: { dataset: DatasetInfo; onClose: () => void }) {
  const rename = useDatasets((state) => state.rename);
  const [name, setName] = useState(dataset.name);
  const isEmpty = name.trim() === "";
  return (
    <Modal title="Rename dataset" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isEmpty) return;
          void rename(dataset.id, name.trim());
          onClose();
        }}
      >
        <TextControl
          label="Name"
          value={name}
          problem={isEmpty ? "A dataset needs a name." : ""}
          maxLength={100}
          isReplaced
          onChange={setName}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Keep the old name
          </button>
          <button type="submit" className="button button-next" disabled={isEmpty}>
            Rename
          </button>
        </div>
      </form>
    </Modal>
  );
}
