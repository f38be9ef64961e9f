import type { ImportedClasses } from "@/shared/importedClasses";
import { formatCount } from "../../../format";

interface Props {
  /** As the files call it. */
  found: string;
  draft: { name: string; isKept: boolean };
  balance: ImportedClasses;
  /** What it becomes, null when it is left out. */
  index: number | null;
  /** Whether it is the first that becomes this class; the others joined it. */
  isFirst: boolean;
  /** Whether the dataset that it is added to has no such class. */
  isNew: boolean;
  /** Images of the largest bar. */
  largest: number;
  onChange: (draft: { name: string; isKept: boolean }) => void;
}

/** One class of the files: kept or not, its name, and how many images it brings. */
export function ClassRow({ found, draft, balance, index, isFirst, isNew, largest, onChange }: Props) {
  const { name, isKept } = draft;
  const counts = index === null ? null : [balance.counts.train[index]!, balance.counts.test[index]!];
  return (
    <li className="class-row" data-kept={isKept || undefined}>
      <input
        type="checkbox"
        aria-label={`Keep ${found}`}
        checked={isKept}
        onChange={(event) => onChange({ ...draft, isKept: event.target.checked })}
      />
      <input
        className="input"
        aria-label={`Name of ${found}`}
        title={found}
        value={name}
        maxLength={100}
        disabled={!isKept}
        aria-invalid={isKept && name.trim() === ""}
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      />
      <span className="class-count quiet figures">
        {counts === null
          ? "left out"
          : !isFirst
            ? `in ${balance.classNames[index!]}`
            : `${formatCount(counts[0])} train, ${formatCount(counts[1])} test${isNew ? ", new" : ""}`}
      </span>
      <span className="class-bars" aria-hidden="true">
        {isFirst &&
          counts?.map((count, at) => (
            <span
              key={at}
              data-split={at === 0 ? "train" : "test"}
              style={{ width: `${(100 * count) / largest}%` }}
            />
          ))}
      </span>
    </li>
  );
}
