import type { ExportFormat } from "@/shared/exporting";
import { useExportFormats } from "@/state/exportFormats";

/** What the zip will hold: the usual formats, and further ones folded away. */
export function FormatBoxes({ disabled }: { disabled: boolean }) {
  const formats = useExportFormats((state) => state.formats);
  const chosen = useExportFormats((state) => state.chosen);
  const usual = formats.filter(({ isDefault }) => isDefault);
  const further = formats.filter(({ isDefault }) => !isDefault);
  const count = further.filter(({ id }) => chosen.includes(id)).length;
  const box = (format: ExportFormat) => (
    <FormatBox key={format.id} format={format} isChosen={chosen.includes(format.id)} />
  );
  return (
    <fieldset className="formats" disabled={disabled}>
      <legend>What the zip holds</legend>
      {usual.map(box)}
      <details className="fold">
        <summary>Further formats{count > 0 && ` (${count} chosen)`}</summary>
        <div className="stack">{further.map(box)}</div>
      </details>
      <p className="quiet">
        <code>manifest.json</code> is always there: settings, seed, accuracy, hashes.
      </p>
    </fieldset>
  );
}

function FormatBox({ format, isChosen }: { format: ExportFormat; isChosen: boolean }) {
  const tick = useExportFormats((state) => state.tick);
  const { id, label, files, about } = format;
  return (
    <div className="format">
      <label className="box">
        <input type="checkbox" checked={isChosen} onChange={(event) => tick(id, event.target.checked)} />
        {label}
      </label>
      <p className="quiet">
        <code>{files}</code>: {about}
      </p>
    </div>
  );
}
