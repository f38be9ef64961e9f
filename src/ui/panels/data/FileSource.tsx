import { useRef, type InputHTMLAttributes } from "react";
import { useDatasets } from "@/state/datasets";
import { pickedFiles } from "@/state/dropFiles";
import { useImporting } from "@/state/importing";
import { useTabs, viewingReason } from "@/state/tabs";
import { useWebImport } from "@/state/webImport";
import { FilesIcon, FolderIcon } from "../../controls/Icons";

/** The sample that the studio makes itself, before the list of samples is there. */
const OWN_SAMPLE = { id: "shapes10", label: "Shapes-10" };

/** Lets a picker choose a folder; an attribute that React's types do not know. */
const FOLDERS = { webkitdirectory: "" };

/** The ways in: drop, files, a folder, the web, the sample. */
export function FileSource() {
  const filesInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const inspect = useImporting((state) => state.inspect);
  const importSample = useImporting((state) => state.importSample);
  const own = useImporting((state) => state.samples.find(({ host }) => host === "")) ?? OWN_SAMPLE;
  const isFirst = useDatasets((state) => state.phase === "ready" && state.list.length === 0);

  const askWeb = useWebImport((state) => state.open);
  const viewing = useTabs(viewingReason);
  const whileViewing = { disabled: viewing !== "", title: viewing || undefined };

  const take = (input: HTMLInputElement) => {
    if (input.files?.length) void inspect(Promise.resolve(pickedFiles(input.files)));
    input.value = ""; // so that the same files can be chosen again
  };
  const picker: InputHTMLAttributes<HTMLInputElement> = {
    type: "file",
    multiple: true,
    hidden: true,
    tabIndex: -1,
    onChange: (event) => take(event.currentTarget),
  };

  return (
    <div className="source">
      <div className="source-drop">
        <p className="source-title">Drop a dataset anywhere</p>
        <p className="quiet">
          {viewing || "Class folders, zip, tar, IDX, CIFAR, NPZ and others; an export opens as a set"}
        </p>
        <div className="source-buttons">
          <button
            type="button"
            className="button"
            {...whileViewing}
            onClick={() => filesInput.current?.click()}
          >
            <FilesIcon />
            Choose files
          </button>
          <button
            type="button"
            className="button"
            aria-label="Choose a folder"
            {...whileViewing}
            onClick={() => folderInput.current?.click()}
          >
            <FolderIcon />
            Folder
          </button>
          <button type="button" className="button" {...whileViewing} onClick={askWeb}>
            From the web…
          </button>
        </div>
      </div>
      <button
        type="button"
        className={`button button-wide ${isFirst ? "button-next" : ""}`}
        {...whileViewing}
        onClick={() => void importSample(own.id, own.label)}
      >
        Sample dataset
      </button>
      {isFirst && (
        <p className="quiet">
          {own.label}: ten drawn shapes, made here in seconds. Your images never leave this page.
        </p>
      )}
      <input ref={filesInput} aria-label="Dataset files" {...picker} />
      <input ref={folderInput} aria-label="Dataset folder" {...picker} {...FOLDERS} />
    </div>
  );
}
