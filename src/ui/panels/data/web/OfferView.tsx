import { useState } from "react";
import type { WebOffer } from "@/shared/webImport";
import { useWebImport } from "@/state/webImport";
import { SelectControl } from "../../../controls/SelectControl";
import { formatBytes } from "../../../format";
import { bytesOf, configsOf, partsOf } from "./offerParts";

const UNKNOWN_SIZE = "size not told";

/** What the addresses lead to, how large it is and whether it fits; nothing of it has been fetched yet. */
export function OfferView({ offer }: { offer: WebOffer }) {
  const fetchFiles = useWebImport((state) => state.fetch);
  const close = useWebImport((state) => state.close);
  const configs = configsOf(offer.files);
  const [config, setConfig] = useState(configs[0]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const parts = partsOf(offer.files, config);
  const chosen = parts.filter(({ label }) => !left.has(label));
  const total = bytesOf(chosen);
  const isTight = total !== null && offer.free !== null && total > offer.free + offer.kept;

  const toggle = (label: string, isWanted: boolean) => {
    const next = new Set(left);
    if (isWanted) next.delete(label);
    else next.add(label);
    setLeft(next);
  };

  return (
    <>
      {configs.length > 1 && (
        <SelectControl
          label="Configuration"
          value={config ?? ""}
          options={configs.map((value) => ({ value, label: value }))}
          onChange={setConfig}
        />
      )}
      <fieldset className="offer" aria-label="Files">
        {parts.map(({ label, files, bytes }) => (
          <label key={label} className="offer-part">
            <input
              type="checkbox"
              checked={!left.has(label)}
              onChange={(event) => toggle(label, event.target.checked)}
            />
            <span className="ellipsis" title={label}>
              {label}
            </span>
            <span className="quiet figures">
              {files.length > 1 && `${files.length} files, `}
              {bytes === null ? UNKNOWN_SIZE : formatBytes(bytes)}
            </span>
          </label>
        ))}
      </fieldset>
      {offer.notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
      <p className="quiet figures">
        {total === null ? "The size is not known beforehand." : `${formatBytes(total)} to fetch.`}
        {offer.kept > 0 && ` ${formatBytes(offer.kept)} arrived before and are gone on with.`}
        {offer.free !== null && ` By its estimate the browser still stores ${formatBytes(offer.free)}.`}
      </p>
      {isTight && (
        <p className="control-problem">
          That is more than fits. Leave something out, or delete datasets, experts or runs first.
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => void close()}>
          Cancel
        </button>
        <button
          type="button"
          className="button button-next"
          disabled={chosen.length === 0}
          onClick={() => void fetchFiles(chosen.flatMap(({ files }) => files))}
        >
          Download
        </button>
      </div>
    </>
  );
}
