import { useState } from "react";
import type { ImportPlan } from "@/shared/importing";
import type { SetPlan } from "@/shared/openingSets";
import { SelectControl } from "../../controls/SelectControl";
import { ImportDialog } from "./importing/ImportDialog";
import { SetDialog } from "./SetDialog";

interface Props {
  plan: ImportPlan;
  /** What the files are as a distilled set, null when they are none. */
  set: SetPlan | null;
}

/** Images and labels may be a dataset or what was distilled from one: where both is possible, the person says. */
export function OpenAs({ plan, set }: Props) {
  const [asSet, setAsSet] = useState(set !== null && set.layout !== "");
  if (!set) return <ImportDialog plan={plan} />;
  const question = (
    <SelectControl
      label="Open as"
      value={asSet ? "set" : "dataset"}
      options={[
        { value: "set", label: "A distilled set" },
        { value: "dataset", label: "A dataset" },
      ]}
      onChange={(value) => setAsSet(value === "set")}
    />
  );
  return asSet ? (
    <SetDialog plan={set} question={question} />
  ) : (
    <ImportDialog plan={plan} question={question} />
  );
}
