import { useState } from "react";
import type { BackendInfo } from "@/shared/run";
import { useBackend } from "@/state/backend";
import { Modal } from "./controls/Modal";
import { RenewEngine } from "./RenewEngine";

const NAMES: Record<BackendInfo["id"], string> = { webgpu: "WebGPU", wasm: "WebAssembly", cpu: "JavaScript" };

/** Which backend computes, on what; behind it, what that means and how to get a faster one. */
export function BackendBadge() {
  const phase = useBackend((state) => state.phase);
  const info = useBackend((state) => state.info);
  const error = useBackend((state) => state.error);
  const [isOpen, setIsOpen] = useState(false);
  const isSlow = info !== null && (info.id !== "webgpu" || info.software);
  const state = phase === "ready" ? (isSlow ? "slow" : "good") : phase;

  return (
    <>
      <div role="status" aria-label="Backend" className="badge" data-state={state}>
        <button type="button" className="badge-button" onClick={() => setIsOpen(true)}>
          <span className="ellipsis">
            {phase === "starting" && "Looking for a GPU"}
            {phase === "failed" && "Engine ended"}
            {phase === "ready" && info && [NAMES[info.id], info.adapter].filter(Boolean).join(" · ")}
          </span>
          {isSlow && phase === "ready" && <span className="badge-slow">slow</span>}
        </button>
      </div>
      {isOpen && (
        <Modal title="Where it computes" onClose={() => setIsOpen(false)}>
          {phase === "failed" && error && (
            <>
              <p>{error.message}</p>
              {error.hint && <p>{error.hint}</p>}
              <RenewEngine />
            </>
          )}
          {phase === "starting" && <p>The engine is looking for a GPU. This takes a few seconds at most.</p>}
          {phase === "ready" && info && <BackendFacts info={info} />}
        </Modal>
      )}
    </>
  );
}

function BackendFacts({ info }: { info: BackendInfo }) {
  return (
    <>
      <dl className="facts">
        <dt>Backend</dt>
        <dd>{NAMES[info.id]}</dd>
        <dt>Adapter</dt>
        <dd>{info.adapter || "not named by the browser"}</dd>
      </dl>
      {info.software && (
        <p>
          This is WebGPU in software: the results are right, but it is many times slower than a graphics card.
          Check that hardware acceleration is switched on in the settings of the browser.
        </p>
      )}
      {info.reason && <p>{info.reason}</p>}
      {info.remedy && (
        <>
          <h3>How to get WebGPU here</h3>
          <p>{info.remedy}</p>
        </>
      )}
      {info.id !== "webgpu" && (
        <p className="quiet">
          Everything works without WebGPU, only slower. Small networks, few classes and few images per class
          keep the waiting short; import and export do not need a GPU.
        </p>
      )}
      {info.id === "webgpu" && !info.software && (
        <p className="quiet">All computing happens on this device. No image leaves the page.</p>
      )}
    </>
  );
}
