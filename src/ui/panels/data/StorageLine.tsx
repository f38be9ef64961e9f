import { useStorage } from "@/state/storage";
import { Hint } from "../../controls/Hint";
import { formatBytes } from "../../format";

/** How much is stored, and whether the browser promised to keep it. */
export function StorageLine() {
  const usage = useStorage((state) => state.usage);
  const quota = useStorage((state) => state.quota);
  const persisted = useStorage((state) => state.persisted);
  const asked = useStorage((state) => state.asked);
  if (usage === null) return <p className="quiet">This browser does not say how much it stores.</p>;

  const promise = persisted
    ? { text: "Kept until you delete it", hint: "The browser promised not to clear this data by itself." }
    : {
        text: asked ? "The browser may clear it" : "May be cleared when space is short",
        hint: asked
          ? "The browser was asked to keep this data and did not promise it. When disk space runs short it may be cleared: keep your own files, and export what you make."
          : "The browser is asked to keep the data after the first import.",
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
