/** What this tab is to the studio: one tab writes and computes, any other shows what that one does. */
import { create } from "zustand";

export type TabRole = "starting" | "writer" | "viewer";

interface TabsState {
  role: TabRole;
  /** What a tab that shows knows of the one that writes. */
  writer: "unheard" | "heard" | "silent" | "otherBuild";
  /** How far "Use this tab instead" is: asked, being made ready by the other tab, or not answered by it. */
  asking: "no" | "asked" | "pausing" | "unanswered";
  /** Why the last asking led to nothing, "" when it did not. */
  refusal: string;
  /** Asks the tab that writes to hand over; once that did not answer, takes over without it. */
  takeOver: () => void;
}

export const useTabs = create<TabsState>(() => ({
  role: "starting",
  writer: "unheard",
  asking: "no",
  refusal: "",
  takeOver: () => undefined,
}));

export const VIEWING = "Another tab runs the studio; this one shows it.";

/** Why this tab may neither write nor compute, "" when it may. */
export const viewingReason = ({ role }: Pick<TabsState, "role">): string =>
  role === "viewer" ? VIEWING : "";
