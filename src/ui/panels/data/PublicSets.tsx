import { useState } from "react";
import type { SampleInfo } from "@/shared/importing";
import { useImporting } from "@/state/importing";
import { useTabs, viewingReason } from "@/state/tabs";
import { Modal } from "../../controls/Modal";
import { formatBytes } from "../../format";

/** Well-known sets by URL. Each click says first which host it will ask, since that leaves the page. */
export function PublicSets() {
  const samples = useImporting((state) => state.samples);
  const isIdle = useImporting((state) => state.phase.kind === "idle");
  const importSample = useImporting((state) => state.importSample);
  const viewing = useTabs(viewingReason);
  const [asked, setAsked] = useState<SampleInfo | null>(null);
  const remote = samples.filter(({ host }) => host !== "");
  if (remote.length === 0) return null;

  return (
    <details className="fold">
      <summary>Public datasets</summary>
      <p className="quiet">Fetched from their own hosts, only when you ask.</p>
      <ul className="public">
        {remote.map((sample) => (
          <li key={sample.id}>
            <div className="grow">
              <p className="ellipsis">{sample.label}</p>
              <p className="quiet ellipsis">
                {formatBytes(sample.downloadBytes)} · {sample.licence}
              </p>
            </div>
            <button
              type="button"
              className="button button-small"
              aria-label={`Get ${sample.label}`}
              disabled={!isIdle || viewing !== ""}
              title={viewing || undefined}
              onClick={() => setAsked(sample)}
            >
              Get
            </button>
          </li>
        ))}
      </ul>
      {asked && (
        <Modal title={`Get ${asked.label}`} about={asked.about} onClose={() => setAsked(null)}>
          <dl className="facts">
            <dt>Download</dt>
            <dd>{formatBytes(asked.downloadBytes)}</dd>
            <dt>From</dt>
            <dd>{asked.host}</dd>
            <dt>Licence</dt>
            <dd>{asked.licence}</dd>
          </dl>
          <p className="quiet">
            This request leaves the page: {asked.host} sees your network address, as with any download.
            Nothing of yours is sent.
          </p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setAsked(null)}>
              Not now
            </button>
            <button
              type="button"
              className="button button-next"
              onClick={() => {
                setAsked(null);
                void importSample(asked.id, asked.label);
              }}
            >
              Download
            </button>
          </div>
        </Modal>
      )}
    </details>
  );
}
