/** The part of a project that the page keeps itself: settings of the next run, known baselines, the theme. */
import type { ProjectSettings } from "@/shared/project";
import { useBaselines, type Score } from "./baselines";
import { useExperiment } from "./experiment";
import { remember, remembered } from "./remembered";

const PREFIX = "studio.";

/** What the page keeps between visits, by key. */
export function pageSettings(): ProjectSettings {
  const settings: ProjectSettings = {};
  for (const key of storedKeys()) {
    const value = remembered(key);
    if (value !== null) settings[key] = value;
  }
  return settings;
}

/** Puts the settings of a project in place of those on the page; baselines that are known here stay. */
export async function adoptSettings(settings: ProjectSettings): Promise<void> {
  const draft = settings["studio.settings"];
  if (draft !== undefined && objectIn(draft)) {
    remember("studio.settings", draft);
    await useExperiment.persist.rehydrate();
    await useExperiment.getState().load(); // leaves out what is wrong or no longer there
  }
  const theirs = scoresIn(settings["studio.baselines"] ?? "");
  useBaselines.setState(({ known }) => ({ known: { ...theirs, ...known } }));
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return []; // refused: nothing is kept
  }
}

function scoresIn(text: string): Record<string, Score> {
  const known = (objectIn(text)?.["state"] as { known?: Record<string, Partial<Score>> } | null)?.known;
  const right = Object.entries(known ?? {}).filter(
    ([, score]) => Number.isFinite(score.mean) && Number.isFinite(score.std),
  );
  return Object.fromEntries(right) as Record<string, Score>;
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
