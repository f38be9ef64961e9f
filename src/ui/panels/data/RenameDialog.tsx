import { useId, useState } from "react";
import type { DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "@/state/datasets";
import { Modal } from "../../controls/Modal";

/** Asks for another name of a dataset. */
export function RenameDialog({ dataset, onClose }: { dataset: DatasetInfo; onClose: () => void }) {
  const rename = useDatasets((state) => state.rename);
  const [name, setName] = useState(dataset.name);
  const id = useId();
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
        <div className="control">
          <label className="control-label" htmlFor={id}>
            Name
          </label>
          <input
            id={id}
            className="input"
            value={name}
            maxLength={100}
            aria-invalid={isEmpty}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.target.select()}
          />
          {isEmpty && <p className="control-problem">A dataset needs a name.</p>}
        </div>
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
