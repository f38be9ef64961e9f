import { useState } from "react";
import type { Draw } from "@/shared/importChoices";
import type { ImportPlan } from "@/shared/importing";
import { SelectControl } from "../../../controls/SelectControl";
import { formatCount } from "../../../format";
import { balanceText } from "./balanceText";
import { ClassRow } from "./ClassRow";
import { balanceOf, foundClasses, type ImportDraft } from "./importDraft";
import { LimitEntry } from "./LimitEntry";

const MOST_SHOWN = 200;
/** From here on a class is found by its name rather than by looking. */
const MANY = 12;

interface Props {
  plan: ImportPlan;
  draft: ImportDraft;
  onChange: (changes: Partial<ImportDraft>) => void;
}

/** Which classes come in, under which names, with how many images: bars that follow every choice of the dialog. */
export function ClassChoices({ plan, draft, onChange }: Props) {
  const [wanted, setWanted] = useState("");
  const { classes, most, draw } = draft;
  const { classNames: found } = foundClasses(plan, draft.labelling);
  const balance = balanceOf(plan, draft);
  const largest = Math.max(1, ...balance.counts.train, ...balance.counts.test);
  const isWanted = (label: number) =>
    [found[label]!, classes[label]!.name].some((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  const shown = classes.flatMap((_, label) => (isWanted(label) ? [label] : []));
  const keep = (isKept: boolean) =>
    onChange({ classes: classes.map((own, label) => (isWanted(label) ? { ...own, isKept } : own)) });

  return (
    <details className="fold">
      <summary>
        Classes and balance <span className="quiet figures">{balanceText(balance)}</span>
      </summary>
      <div className="stack">
        <div className="limits">
          {(["train", "test"] as const).map((split) => (
            <LimitEntry
              key={split}
              label={split === "train" ? "Most to train" : "Most to test"}
              value={most[split]}
              onChange={(count) => onChange({ most: { ...most, [split]: count } })}
            />
          ))}
        </div>
        {(most.train !== null || most.test !== null) && (
          <SelectControl
            label="Which ones"
            value={draw}
            options={[
              { value: "first", label: "The first of each class" },
              { value: "random", label: "Drawn at random" },
            ]}
            onChange={(value) => onChange({ draw: value as Draw })}
          />
        )}
        <div className="class-tools">
          {classes.length > MANY && (
            <input
              className="input"
              type="search"
              placeholder="Find a class"
              aria-label="Find a class"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
            />
          )}
          <button type="button" className="button button-small" onClick={() => keep(true)}>
            Keep {wanted ? "these" : "all"}
          </button>
          <button type="button" className="button button-small" onClick={() => keep(false)}>
            Leave {wanted ? "these" : "all"} out
          </button>
        </div>
        <p className="quiet">A class takes any name; two with the same name become one.</p>
        <ul className="class-rows" tabIndex={0} aria-label="Classes to import">
          {shown.slice(0, MOST_SHOWN).map((label) => (
            <ClassRow
              key={label}
              found={found[label]!}
              draft={classes[label]!}
              balance={balance}
              index={balance.labels[label] ?? null}
              isFirst={balance.labels.indexOf(balance.labels[label]!) === label}
              isNew={isNewClass(draft, balance.labels[label] ?? null)}
              largest={largest}
              onChange={(own) =>
                onChange({ classes: classes.map((before, at) => (at === label ? own : before)) })
              }
            />
          ))}
        </ul>
        {shown.length > MOST_SHOWN && (
          <p className="quiet">
            and {formatCount(shown.length - MOST_SHOWN)} more, which are found by their names
          </p>
        )}
      </div>
    </details>
  );
}

const isNewClass = ({ target }: ImportDraft, index: number | null): boolean =>
  target !== null && index !== null && index >= target.classNames.length;
