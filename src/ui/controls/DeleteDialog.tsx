import type { ReactNode } from "react";
import { Modal } from "./Modal";

interface Props {
  title: string;
  /** What is removed, and what is not. */
  about: ReactNode;
  onDelete: () => void;
  onClose: () => void;
}

/** Asks once more before something is gone. */
export function DeleteDialog({ title, about, onDelete, onClose }: Props) {
  return (
    <Modal title={title} about={about} onClose={onClose}>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Keep
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            onDelete();
            onClose();
          }}
        >
          Delete
        </button>
      </div>
    </Modal>
  );
}
