import { Modal } from "./controls/Modal";

const KEYS = [
  ["Space", "pause or resume the run"],
  ["S", "one iteration, then pause"],
  ["E", "export the synthetic images"],
  ["?", "this help"],
  ["← ↑ → ↓, Enter", "choose and open an image, with the grid focused"],
] as const;

/** What this is, in three sentences, and the keys. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      title="Help"
      about={
        <p>
          Dataset distillation makes a few synthetic images per class that train a network almost as well as
          the whole dataset. Choose a dataset, a method, press Start, watch the images change, and take them
          home as files that PyTorch and NumPy open. Everything is computed and stored in this browser.
        </p>
      }
      onClose={onClose}
    >
      <h3>Keys</h3>
      <dl className="facts">
        {KEYS.map(([key, about]) => (
          <div key={key} className="facts-row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
