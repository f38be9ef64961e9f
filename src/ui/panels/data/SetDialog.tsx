import { useState, type ReactNode } from "react";
import { shapeText } from "@/shared/dataset";
import { setMisfit, type SetPlan } from "@/shared/openingSets";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { useImporting } from "@/state/importing";
import { Modal } from "../../controls/Modal";
import { SelectControl } from "../../controls/SelectControl";
import { formatNumber, plural } from "../../format";
import { SetPreview } from "./SetPreview";
import {
  brightnessOf,
  looksOdd,
  numbersOf,
  numbersText,
  startOf,
  valueMeanings,
  type ValueMeaning,
} from "./setValues";

interface Props {
  plan: SetPlan;
  /** What else the files could be opened as. */
  question?: ReactNode;
}

/** Which dataset a distilled set stems from, and what its numbers mean: both are shown before it is opened. */
export function SetDialog({ plan, question }: Props) {
  const list = useDatasets((state) => state.list);
  const selected = useDatasets(selectedDataset);
  const openSet = useImporting((state) => state.openSet);
  const cancel = useImporting((state) => state.cancel);
  const fitting = [selected, ...list].find((dataset) => dataset && setMisfit(plan, dataset) === "");
  const [datasetId, setDatasetId] = useState((fitting ?? selected ?? list[0])?.id);
  const dataset = list.find(({ id }) => id === datasetId) ?? null;
  const [meaning, setMeaning] = useState<ValueMeaning>(plan.normalisation ? "told" : "dataset");
  const [own, setOwn] = useState<{ mean: string; std: string } | null>(null);

  const start = startOf(meaning, plan, dataset);
  const typed = own ?? { mean: numbersText(start.mean), std: numbersText(start.std) };
  // as they are, not as they are shown: unchanged numbers leave every float as it is
  const values = own ? { mean: numbersOf(own.mean), std: numbersOf(own.std) } : start;
  const { channels } = plan.shape;
  const isWhole = [values.mean, values.std].every((numbers) => numbers.length === channels);
  const areNumbers = isWhole && [...values.mean, ...values.std].every(Number.isFinite);
  const problem =
    areNumbers && values.std.every((value) => value > 0)
      ? ""
      : `Give ${plural(channels, "number")} each, standard deviations above 0.`;
  const misfit = dataset ? setMisfit(plan, dataset) : "";
  const isReady = dataset !== null && misfit === "" && problem === "";
  const range = problem === "" ? brightnessOf(plan, values) : null;

  return (
    <Modal title="Open distilled set" about={<SetFacts plan={plan} />} onClose={() => void cancel()}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void openSet({ datasetId: dataset.id, ...values });
        }}
      >
        {question}
        {list.length > 0 ? (
          <SelectControl
            label="Distilled from"
            value={datasetId ?? ""}
            options={list.map(({ id, name, shape }) => ({
              value: id,
              label: `${name} (${shapeText(shape)})`,
            }))}
            problem={misfit}
            onChange={(id) => {
              setDatasetId(id);
              setOwn(null);
            }}
          />
        ) : (
          <p className="control-problem">
            Import the dataset that it was distilled from first, then open the set again.
          </p>
        )}
        <SelectControl
          label="Values"
          help="What the numbers of the file were normalised with; the studio brings them to the normalisation of the dataset."
          value={meaning}
          options={valueMeanings(plan, dataset)}
          onChange={(value) => {
            setMeaning(value as ValueMeaning);
            setOwn(null);
          }}
        />
        <NumbersField label="Mean" value={typed.mean} onChange={(mean) => setOwn({ ...typed, mean })} />
        <NumbersField
          label="Standard deviation"
          value={typed.std}
          onChange={(std) => setOwn({ ...typed, std })}
        />
        {problem && <p className="control-problem">{problem}</p>}
        {range && (
          <>
            <SetPreview plan={plan} normalisation={values} />
            <p className={looksOdd(range) ? "control-problem" : "quiet"}>
              Brightness from {formatNumber(range.low, 3)} to {formatNumber(range.high, 3)}, where 0 is black
              and 1 is white.
              {looksOdd(range) &&
                " That is far off: other statistics, or ZCA whitening, which cannot be undone here."}
            </p>
          </>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => void cancel()}>
            Cancel
          </button>
          <button type="submit" className="button button-next" disabled={!isReady}>
            Open
          </button>
        </div>
      </form>
    </Modal>
  );
}

function SetFacts({ plan }: { plan: SetPlan }) {
  const { name, layout, count, shape, classes, hasSoftLabels, synLr, notes } = plan;
  const labels =
    classes === null
      ? "none: the images are taken to be in class order"
      : `${hasSoftLabels ? "soft" : "class numbers"}, ${plural(classes, "class", "classes")}`;
  return (
    <dl className="facts">
      <dt>File</dt>
      <dd>
        {name}
        {layout && <span className="quiet">, layout of {layout}</span>}
      </dd>
      <dt>Images</dt>
      <dd className="figures">
        {count} of {shapeText(shape)}
      </dd>
      <dt>Labels</dt>
      <dd>{labels}</dd>
      {synLr !== null && (
        <>
          <dt>Learned rate</dt>
          <dd className="figures">{formatNumber(synLr)}</dd>
        </>
      )}
      {notes.length > 0 && (
        <>
          <dt>Read as</dt>
          <dd>{notes.join(" ")}</dd>
        </>
      )}
    </dl>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A number per channel, divided by commas. */
function NumbersField({ label, value, onChange }: FieldProps) {
  return (
    <label className="control">
      <span className="control-label">{label}</span>
      <input className="input figures" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
