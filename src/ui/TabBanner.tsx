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

  const news = asking === "no" ? refusal || ABOUT[writer] : ASKING[asking];
  const isWaiting = asking === "asked" || asking === "pausing";
  return (
    <aside className="tab-banner" aria-label="Another tab">
      <InfoIcon />
      <p className="grow" role="status">
        <strong>{VIEWING}</strong> {news}
      </p>
      <button type="button" className="button button-small" disabled={isWaiting} onClick={takeOver}>
        {asking === "unanswered" ? "Take over anyway" : "Use this tab instead"}
      </button>
    </aside>
  );
}

const ASKING = {
  asked: "Asking the other tab …",
  pausing: "The other tab brings its work to a safe place …",
  unanswered:
    "The other tab does not answer: it may be asleep. Taken over, the studio goes on from what is stored; the other tab stores nothing more.",
} as const;

const ABOUT = {
  unheard: "",
  heard: "Nothing can be changed here; kept sets can be read and exported.",
  silent: "It has not answered yet: it may be asleep. What it stored can be read here.",
  otherBuild: "It has another version of the studio, so its run cannot be shown. Reload both tabs.",
} as const;
