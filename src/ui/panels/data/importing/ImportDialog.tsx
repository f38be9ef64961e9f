import { useState, type ReactNode } from "react";
import { shapeText } from "@/shared/dataset";
import type { ImportPlan } from "@/shared/importing";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { useImporting } from "@/state/importing";
import { Modal } from "../../../controls/Modal";
import { SelectControl } from "../../../controls/SelectControl";
import { TextControl } from "../../../controls/TextControl";
import { plural } from "../../../format";
import { ClassChoices } from "./ClassChoices";
import { ImageChoices } from "./ImageChoices";
import { choicesOf, draftProblem, newDraft, withLabels, withTarget, type ImportDraft } from "./importDraft";
import { PlanFacts } from "./PlanFacts";
import { TestShare } from "./TestShare";
import "./importing.css";

const NEW = "new";

interface Props {
  plan: ImportPlan;
  /** What else the files could be opened as. */
  question?: ReactNode;
}

/** What was found, and what may be decided: where it goes, labels, size, colour, test share, classes. */
export function ImportDialog({ plan, question }: Props) {
  const importPlanned = useImporting((state) => state.importPlanned);
  const cancel = useImporting((state) => state.cancel);
  const selected = useDatasets(selectedDataset);
  const datasets = useDatasets((state) => state.list);
  const [draft, setDraft] = useState(() => newDraft(plan));
  const change = (changes: Partial<ImportDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const { name, target, labelling } = draft;
  const problem = draftProblem(plan, draft);

  return (
    <Modal
      title="Import dataset"
      about={<PlanFacts plan={plan} draft={draft} />}
      onClose={() => void cancel()}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === "") void importPlanned(choicesOf(plan, draft));
        }}
      >
        {question}
        {selected && (
          <SelectControl
            label="Import as"
            isStacked
            value={target ? target.id : NEW}
            options={[
              { value: NEW, label: "New dataset" },
              { value: selected.id, label: `Add to ${selected.name}` },
            ]}
            onChange={(id) => setDraft(withTarget(plan, draft, id === NEW ? null : selected, datasets))}
          />
        )}
        {target && (
          <p className="quiet">
            The images of {target.name} come first, then these, as {shapeText(target.shape)}. {target.name}{" "}
            itself stays as it is, for the runs and experts that were made of it.
          </p>
        )}
        <TextControl
          label="Name"
          value={name}
          isWrong={name.trim() === ""}
          maxLength={100}
          onChange={(typed) => change({ name: typed })}
        />
        {labelling !== undefined && plan.labellings.length > 1 && (
          <SelectControl
            label="Labels"
            help="The files label each image in several ways; one of them becomes the classes."
            value={labelling}
            options={plan.labellings.map(({ id, label, classNames }) => ({
              value: id,
              label: `${label} (${plural(classNames.length, "class", "classes")})`,
            }))}
            onChange={(id) => setDraft(withLabels(plan, draft, id))}
          />
        )}
        <ImageChoices plan={plan} draft={draft} onChange={change} />
        <TestShare plan={plan} draft={draft} onChange={change} />
        <ClassChoices plan={plan} draft={draft} onChange={change} />
        {problem && (
          <p className="control-problem" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => void cancel()}>
            Cancel
          </button>
          <button type="submit" className="button button-next" disabled={problem !== ""}>
            Import
          </button>
        </div>
      </form>
    </Modal>
  );
}
