import { useDatasets } from "@/state/datasets";
import { useStorage } from "@/state/storage";
import { Hint } from "../../controls/Hint";
import { formatBytes } from "../../format";

/** How much is stored, and whether the browser promised to keep it. */
export function StorageLine() {
  const usage = useStorage((state) => state.usage);
  const quota = useStorage((state) => state.quota);
  const persisted = useStorage((state) => state.persisted);
  const place = useStorage((state) => state.place);
  const hasData = useDatasets((state) => state.list.length > 0);
  if (place === "memory") return <p className="quiet">Nothing is stored: all is in memory.</p>;
  if (usage === null) return <p className="quiet">This browser does not say how much it stores.</p>;

  const promise = persisted
    ? { text: "Kept until you delete it", hint: "The browser promised not to clear this data by itself." }
    : hasData
      ? {
          text: "The browser may clear it",
          hint: "The browser was asked to keep this data and has not promised it. When the disk is nearly full it may be cleared: keep your own files, and export what you make.",
        }
      : {
          text: "Not promised to be kept yet",
          hint: "The browser is asked to keep the data after the first import.",
        };
  return (
    <div className="storage quiet figures">
      <span>
        {formatBytes(usage)} of {formatBytes(quota)} used
      </span>
      <Hint text={promise.hint}>
        <button type="button" className="plain-button" data-kept={persisted ?? undefined}>
          {promise.text}
        </button>
      </Hint>
    </div>
  );
}
