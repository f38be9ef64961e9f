import { useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { useSnapshots } from "@/state/snapshots";
import { formatPercent } from "../../format";
import { setName } from "../../runNames";

/** Which kept sets are evaluated; all of one evaluation stem from the same dataset. */
export function SnapshotBoxes({ disabled }: { disabled: boolean }) {
  const catalog = useExperiment((state) => state.catalog);
  const list = useSnapshots((state) => state.list);
  const ids = useEvaluationSetup((state) => state.snapshotIds);
  const tick = useEvaluationSetup((state) => state.tickSnapshot);
  const first = list.find(({ id }) => ids.includes(id));
  return (
    <fieldset className="choices" aria-label="Sets" disabled={disabled}>
      <legend>Sets</legend>
      {list.length === 0 && <p className="quiet">None yet. A run that ends leaves its set here.</p>}
      <div className="choices-list">
        {list.map((info) => {
          const isOther = first !== undefined && info.datasetFingerprint !== first.datasetFingerprint;
          return (
            <label key={info.id} className="box choice" title={isOther ? "Made from another dataset" : ""}>
              <input
                type="checkbox"
                checked={ids.includes(info.id)}
                disabled={isOther}
                onChange={(event) => tick(info.id, event.target.checked)}
              />
              <span className="choice-text">
                {setName(catalog, info)}
                {info.accuracy !== null && (
                  <span className="quiet figures">{formatPercent(info.accuracy)}</span>
                )}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
