import { useTabs, VIEWING } from "@/state/tabs";
import { InfoIcon } from "./controls/Icons";

/** Says that another tab runs the studio, and offers to go on here. Shown in a tab that looks on. */
export function TabBanner() {
  const role = useTabs((state) => state.role);
  const writer = useTabs((state) => state.writer);
  const asking = useTabs((state) => state.asking);
  const refusal = useTabs((state) => state.refusal);
  const takeOver = useTabs((state) => state.takeOver);
  if (role !== "viewer") return null;

  const news =
    asking === "asked"
      ? "Asking the other tab …"
      : asking === "pausing"
        ? "The other tab brings its work to a safe place …"
        : refusal || ABOUT[writer];
  return (
    <aside className="tab-banner" aria-label="Another tab">
      <InfoIcon />
      <p className="grow" role="status">
        <strong>{VIEWING}</strong> {news}
      </p>
      <button type="button" className="button button-small" disabled={asking !== "no"} onClick={takeOver}>
        Use this tab instead
      </button>
    </aside>
  );
}

const ABOUT = {
  unheard: "",
  heard: "Nothing can be changed here; kept sets can be read and exported.",
  silent: "It has not answered yet: it may be asleep. What it stored can be read here.",
  otherBuild: "It has another version of the studio, so its run cannot be shown. Reload both tabs.",
} as const;
