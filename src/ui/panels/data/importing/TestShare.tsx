import { int } from "@/shared/params";
import type { ImportPlan } from "@/shared/importing";
import { NumberControl } from "../../../controls/NumberControl";
import { RangeSlider } from "../../../controls/RangeSlider";
import { plural } from "../../../format";
import { balanceOf, SPLIT_SEED, type ImportDraft } from "./importDraft";

const SEED = int("Split seed", { default: SPLIT_SEED, min: 0, max: 2 ** 31 - 1 });
const MOST_TEST = 50; // percent

interface Props {
  plan: ImportPlan;
  draft: ImportDraft;
  onChange: (changes: Partial<ImportDraft>) => void;
}

/** A test split for files that have none, and the seed of whatever is drawn. */
export function TestShare({ plan, draft, onChange }: Props) {
  const { testPercent, seed, most, draw } = draft;
  const isLimited = most.train !== null || most.test !== null;
  const test = balanceOf(plan, draft).counts.test.reduce((total, count) => total + count, 0);
  return (
    <>
      {!plan.hasTestSplit && (
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
              onPlace={(place) => onChange({ testPercent: place })}
            />
            <span className="figures">{testPercent} %</span>
          </div>
          {testPercent === 0 && <p className="quiet">Without test images no accuracy can be measured.</p>}
        </div>
      )}
      {(!plan.hasTestSplit || (isLimited && draw === "random")) && (
        <NumberControl param={SEED} value={seed} onChange={(next) => onChange({ seed: next })} />
      )}
    </>
  );
}
