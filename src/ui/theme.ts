/** Light, dark, or as the system has it. */
import { remember, remembered } from "@/state/remembered";

export type Theme = "system" | "light" | "dark";

const KEY = "studio.theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];

export const storedTheme = (): Theme => {
  const stored = remembered(KEY);
  return ORDER.find((theme) => theme === stored) ?? "system";
};

export const nextTheme = (theme: Theme): Theme => ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]!;

/** Shows a theme and remembers it. */
export function setTheme(theme: Theme): void {
  remember(KEY, theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
