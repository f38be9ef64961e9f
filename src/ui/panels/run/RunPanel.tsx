import { useState } from "react";
import { useRecovery } from "@/state/recovery";
import { useRun } from "@/state/run";
import { Alert } from "../../controls/Alert";
import { Panel } from "../Panel";
import { Counters } from "./Counters";
import { GoOn } from "./GoOn";
import { LossPanel } from "./LossPanel";
import { RecoveryNotice } from "./RecoveryNotice";
import { RunControls } from "./RunControls";
import { RunEmpty } from "./RunEmpty";
import { RunNotes } from "./RunNotes";
import { RunStatus } from "./RunStatus";
import { SyntheticGrid } from "./SyntheticGrid";
import { Unfinished } from "./unfinished/Unfinished";
import { ZoomControl } from "./ZoomControl";
import { RenewEngine } from "../../RenewEngine";
import "./run.css";

/** Station 3: the images, the curve, the numbers and the controls of the run. */
export function RunPanel() {
  const images = useRun((state) => state.images);
  const dataset = useRun((state) => state.dataset);
  const error = useRun((state) => state.error);
  const isRecovering = useRecovery((state) => state.phase !== "well");
  const [zoom, setZoom] = useState<number | null>(null);

  return (
    <Panel id="run" number={3} title="Run" end={<RunStatus />} foot={<RunControls />}>
      <RecoveryNotice />
      {error && !isRecovering && (
        <Alert error={error}>
          <RenewEngine />
          <GoOn />
        </Alert>
      )}
      <RunNotes />
      <Unfinished />
      <section className="synthetic" aria-label="Synthetic images">
        <div className="synthetic-head">
          <h3>Synthetic images</h3>
          {images && <ZoomControl zoom={zoom} onZoom={setZoom} />}
        </div>
        {images && dataset ? (
          <SyntheticGrid images={images} classNames={dataset.classNames} zoom={zoom} />
        ) : (
          <RunEmpty />
        )}
      </section>
      <Counters />
      <LossPanel />
    </Panel>
  );
}
