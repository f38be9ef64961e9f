import { useState } from "react";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { BackendBadge } from "./BackendBadge";
import { HelpIcon, ThemeIcon } from "./controls/Icons";
import { plural } from "./format";
import { imagesOf } from "./panels/data/datasetCounts";
import { nextTheme, setTheme, storedTheme } from "./theme";

/** Name, dataset, backend, theme, help. */
export function Header({ onHelp }: { onHelp: () => void }) {
  const dataset = useDatasets(selectedDataset);
  const [theme, show] = useState(storedTheme);
  const change = () => {
    const next = nextTheme(theme);
    setTheme(next);
    show(next);
  };
  return (
    <header className="header">
      <h1>Distillation studio</h1>
      <p className="header-dataset ellipsis figures">
        {dataset
          ? `${dataset.name} · ${plural(dataset.classNames.length, "class", "classes")} · ${plural(imagesOf(dataset), "image")}`
          : "No dataset yet"}
      </p>
      <BackendBadge />
      <button
        type="button"
        className="button button-icon"
        aria-label={`Colours: ${theme}`}
        title={`Colours: ${theme}`}
        onClick={change}
      >
        <ThemeIcon />
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label="Help"
        title="Help (?)"
        onClick={onHelp}
      >
        <HelpIcon />
      </button>
    </header>
  );
}
