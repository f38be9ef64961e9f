/** What the set is written as: the formats there are, and those that the person wants; kept between visits. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { ExportFormat, LoaderLines } from "@/shared/exporting";
import { commands } from "./commands";
import { remember, remembered } from "./remembered";

const KEY = "exportFormats";

interface ExportFormatsState {
  /** All there are, empty before they are known. */
  formats: readonly ExportFormat[];
  /** Ids of the formats to write. */
  chosen: readonly string[];
  /** The library whose loader lines are shown, "" for the first. */
  library: string;
  error: ErrorInfo | null;
  load: () => Promise<void>;
  tick: (id: string, isOn: boolean) => void;
  showLibrary: (library: string) => void;
}

export const useExportFormats = create<ExportFormatsState>((set, get) => ({
  formats: [],
  chosen: [],
  library: "",
  error: null,

  async load() {
    try {
      const formats = await commands().data.exportFormats();
      set({ formats, chosen: known(formats, remembered(KEY)) });
    } catch (error) {
      set({ error: errorInfo(error) });
    }
  },

  tick(id, isOn) {
    const { formats, chosen } = get();
    const next = formats
      .map((format) => format.id)
      .filter((other) => (other === id ? isOn : chosen.includes(other)));
    set({ chosen: next });
    remember(KEY, next.join(" "));
  },

  showLibrary: (library) => set({ library }),
}));

/** What was chosen on the last visit, as far as it is still there; the usual formats on the first. */
function known(formats: readonly ExportFormat[], stored: string | null): string[] {
  const ids = stored?.split(" ") ?? formats.filter(({ isDefault }) => isDefault).map(({ id }) => id);
  return formats.map(({ id }) => id).filter((id) => ids.includes(id));
}

/** The ways to open what is going to be written. */
export const loadersOf = ({ formats, chosen }: ExportFormatsState): LoaderLines[] =>
  formats.filter(({ id }) => chosen.includes(id)).flatMap(({ loaders }) => loaders);
