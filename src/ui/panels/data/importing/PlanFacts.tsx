import type { ImportPlan } from "@/shared/importing";
import { formatCount } from "../../../format";
import { balanceOf, type ImportDraft } from "./importDraft";
import { sizesText } from "./importPlanFacts";

/** What was found, and how much of it the choices take. */
export function PlanFacts({ plan, draft }: { plan: ImportPlan; draft: ImportDraft }) {
  const { counts } = balanceOf(plan, draft);
  const classNames = [...new Set(draft.classes.flatMap(({ name, isKept }) => (isKept ? [name.trim()] : [])))];
  return (
    <dl className="facts">
      <dt>Format</dt>
      <dd>{plan.readerLabel}</dd>
      <dt>Classes</dt>
      <dd>
        {formatCount(classNames.length)}
        <span className="quiet"> {someOf(classNames)}</span>
      </dd>
      <dt>Images</dt>
      <dd className="figures">
        {formatCount(sum(counts.train))} train, {formatCount(sum(counts.test))} test
      </dd>
      <dt>Size</dt>
      <dd className="figures">
        {plan.sizes.length === 1 ? sizeText(plan.sizes[0]!) : sizesText(plan)}
        {plan.channels === 1 ? ", grey" : ", colour"}
      </dd>
      {plan.notes.length > 0 && (
        <>
          <dt>Read as</dt>
          <dd>{plan.notes.join(" ")}</dd>
        </>
      )}
    </dl>
  );
}

const sizeText = ({ width, height }: ImportPlan["size"]) => `${width} × ${height}`;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const someOf = (names: readonly string[]): string =>
  names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "");
