import { selectedDataset, useDatasets } from "@/state/datasets";
import { useExperiment } from "@/state/experiment";
import { useSnapshots } from "@/state/snapshots";
import { setName } from "../runNames";
import { SelectControl } from "./SelectControl";

interface Props {
  label: string;
  help?: string | undefined;
  problem?: string;
  /** Id of the set, "" for none. */
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

/** One of the kept sets of the dataset that is selected. */
export function KeptSetControl({ value, problem = "", ...rest }: Props) {
  const catalog = useExperiment((state) => state.catalog);
  const fingerprint = useDatasets((state) => selectedDataset(state)?.fingerprint);
  const list = useSnapshots((state) => state.list);
  const own = list.filter(({ datasetFingerprint }) => datasetFingerprint === fingerprint);
  const isThere = own.some(({ id }) => id === value);
  const lacking = own.length === 0 ? "No set of this dataset is kept." : "Choose a set of this dataset.";
  return (
    <SelectControl
      {...rest}
      isStacked
      value={isThere ? value : ""}
      options={own.map((info) => ({ value: info.id, label: setName(catalog, info) }))}
      problem={problem || (isThere ? "" : lacking)}
    />
  );
}
