/** The settings of the next run as a file: for the command line (`--config`), or for someone else. */
import { announce } from "./announcements";
import { useExperiment } from "./experiment";
import { download } from "./exporting";
import { configOf } from "./settings";

/** Writes the settings as they are on the page; wrong values are left at their defaults. */
export function shareSettings(): void {
  const { catalog, draft } = useExperiment.getState();
  if (!catalog || !draft) return;
  const { run, method, network, augmentation, evaluation } = configOf(catalog, draft, "");
  const config = { run, method, network, augmentation, evaluation };
  const text = JSON.stringify({ format: "distillation-studio/settings-1", config }, null, 2);
  const name = `${method.id}-settings.json`;
  download(new Blob([`${text}\n`], { type: "application/json" }), name);
  announce(`${name} is written.`);
}
