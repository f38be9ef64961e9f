/** Where things lie inside a project file. */
import type { StoreName } from "./itemKind";

export const SETTINGS_FILE = "settings.json";

export const recordsFile = (store: StoreName): string => `records/${store}.json`;
