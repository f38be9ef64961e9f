import { memo, useDeferredValue } from "react";
import type { SnapshotInfo } from "@/shared/evaluating";
import { useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { useSnapshots } from "@/state/snapshots";
import { formatPercent } from "../../format";
import { setName } from "../../runNames";

/** As many as are in sight at first; the others come once the dialog is there. */
const FIRST = 24;

/** Which kept sets are evaluated; all of one evaluation stem from the same dataset. */
export const SnapshotBoxes = memo(function SnapshotBoxes({ disabled }: { disabled: boolean }) {
  const list = useSnapshots((state) => state.list);
  const shown = useDeferredValue(list, list.slice(0, FIRST));
  const ids = useEvaluationSetup((state) => state.snapshotIds);
  const ticked = new Set(ids);
  const first = list.find(({ id }) => ticked.has(id));
  return (
    <fieldset className="choices" aria-label="Sets" disabled={disabled}>
      <legend>Sets</legend>
      {list.length === 0 && <p className="quiet">None yet. A run that ends leaves its set here.</p>}
      <div className="choices-list">
        {shown.map((info) => (
          <SnapshotBox
            key={info.id}
            info={info}
            isTicked={ticked.has(info.id)}
            isOther={first !== undefined && info.datasetFingerprint !== first.datasetFingerprint}
          />
        ))}
      </div>
    </fieldset>
  );
});

interface BoxProps {
  info: SnapshotInfo;
  isTicked: boolean;
  /** It was made from another dataset than those that are ticked. */
  isOther: boolean;
}

/** Drawn again only when it changes itself: there may be hundreds. */
const SnapshotBox = memo(function SnapshotBox({ info, isTicked, isOther }: BoxProps) {
  const catalog = useExperiment((state) => state.catalog);
  const tick = useEvaluationSetup((state) => state.tickSnapshot);
  return (
    <label className="box choice" title={isOther ? "Made from another dataset" : ""}>
      <input
        type="checkbox"
        checked={isTicked}
        disabled={isOther}
        onChange={(event) => tick(info.id, event.target.checked)}
      />
      <span className="choice-text">
        {setName(catalog, info)}
        {info.accuracy !== null && <span className="quiet figures">{formatPercent(info.accuracy)}</span>}
      </span>
    </label>
  );
});
