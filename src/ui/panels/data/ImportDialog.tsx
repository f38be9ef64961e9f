import { useId, useState, type ReactNode } from "react";
import { int } from "@/shared/params";
import type { ImportPlan } from "@/shared/importing";
import { useImporting } from "@/state/importing";
import { Modal } from "../../controls/Modal";
import { NumberControl } from "../../controls/NumberControl";
import { RangeSlider } from "../../controls/RangeSlider";
import { SelectControl } from "../../controls/SelectControl";
import { formatCount, plural } from "../../format";
import { imagesIn, imagesOf } from "./datasetCounts";
import { sizeOptions, sizesText } from "./importPlanFacts";

const SPLIT_SEED = int("Split seed", { default: 1, min: 0, max: 2 ** 31 - 1 });
const MOST_TEST = 50; // percent

/** What was found, and the few things that may need deciding: name, size, colour, test share. */
export function ImportDialog({ plan, question }: { plan: ImportPlan; question?: ReactNode }) {
  const importPlanned = useImporting((state) => state.importPlanned);
  const cancel = useImporting((state) => state.cancel);
  const [name, setName] = useState(plan.name);
  const [size, setSize] = useState(`${plan.size.width}x${plan.size.height}`);
  const [channels, setChannels] = useState(plan.channels);
  const [testPercent, setTestPercent] = useState(20);
  const [seed, setSeed] = useState(SPLIT_SEED.default);
  const [labelling, setLabelling] = useState(plan.labellings[0]?.id);
  const nameId = useId();

  const classes = plan.labellings.find(({ id }) => id === labelling) ?? plan;
  const sizes = sizeOptions(plan);
  const only = plan.sizes[0];
  const mustChooseSize =
    plan.sizes.length > 1 || (only && (only.width !== plan.size.width || only.height !== plan.size.height));
  const test = plan.hasTestSplit
    ? imagesIn(classes, "test")
    : Math.round((imagesOf(classes) * testPercent) / 100);
  const target = sizes.find(({ value }) => value === size) ?? sizes[0]!;
  const isReady = name.trim() !== "" && Number.isInteger(seed);

  return (
    <Modal
      title="Import dataset"
      about={
        <dl className="facts">
          <dt>Format</dt>
          <dd>{plan.readerLabel}</dd>
          <dt>Classes</dt>
          <dd>
            {formatCount(classes.classNames.length)}
            <span className="quiet"> {someOf(classes.classNames)}</span>
          </dd>
          <dt>Images</dt>
          <dd className="figures">
            {formatCount(imagesOf(classes) - test)} train, {formatCount(test)} test
          </dd>
          <dt>Size</dt>
          <dd className="figures">
            {mustChooseSize ? sizesText(plan) : target.label}
            {plan.channels === 1 ? ", grey" : ", colour"}
          </dd>
          {plan.notes.length > 0 && (
            <>
              <dt>Read as</dt>
              <dd>{plan.notes.join(" ")}</dd>
            </>
          )}
        </dl>
      }
      onClose={() => void cancel()}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady) return;
          void importPlanned({
            name: name.trim(),
            size: { width: target.width, height: target.height },
            channels,
            testShare: plan.hasTestSplit ? 0 : testPercent / 100,
            seed,
            ...(labelling !== undefined && { labelling }),
          });
        }}
      >
        {question}
        <div className="control">
          <label className="control-label" htmlFor={nameId}>
            Name
          </label>
          <input
            id={nameId}
            className="input"
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
          {name.trim() === "" && <p className="control-problem">A dataset needs a name.</p>}
        </div>
        {labelling !== undefined && plan.labellings.length > 1 && (
          <SelectControl
            label="Labels"
            help="The files label each image in several ways; one of them becomes the classes."
            value={labelling}
            options={plan.labellings.map(({ id, label, classNames }) => ({
              value: id,
              label: `${label} (${plural(classNames.length, "class", "classes")})`,
            }))}
            onChange={setLabelling}
          />
        )}
        {mustChooseSize && (
          <SelectControl
            label="Target size"
            help="Each image is cropped at its centre to this shape, then resized."
            value={size}
            options={sizes}
            onChange={setSize}
          />
        )}
        {plan.channels === 3 && mustChooseSize && (
          <SelectControl
            label="Colour"
            value={String(channels)}
            options={[
              { value: "3", label: "Keep colour" },
              { value: "1", label: "Turn grey" },
            ]}
            onChange={(value) => setChannels(value === "1" ? 1 : 3)}
          />
        )}
        {!plan.hasTestSplit && (
          <>
            <div className="control">
              <span className="control-label">
                Test share: the files have no test split, so {testPercent} % of each class becomes one
              </span>
              <div className="control-row">
                <RangeSlider
                  label="Test share"
                  min={0}
                  max={MOST_TEST}
                  place={testPercent}
                  spoken={`${testPercent} percent, ${plural(test, "image")}`}
                  onPlace={setTestPercent}
                />
                <span className="figures">{testPercent} %</span>
              </div>
              {testPercent === 0 && <p className="quiet">Without test images no accuracy can be measured.</p>}
            </div>
            <NumberControl param={SPLIT_SEED} value={seed} onChange={setSeed} />
          </>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => void cancel()}>
            Cancel
          </button>
          <button type="submit" className="button button-next" disabled={!isReady}>
            Import
          </button>
        </div>
      </form>
    </Modal>
  );
}

const someOf = (names: readonly string[]): string =>
  names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "");
