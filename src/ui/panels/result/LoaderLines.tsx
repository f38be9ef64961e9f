import { useShallow } from "zustand/react/shallow";
import { loadersOf, useExportFormats } from "@/state/exportFormats";
import { CopyButton } from "../../controls/CopyButton";
import { SelectControl } from "../../controls/SelectControl";

/** The lines that open the set, for the library one uses. */
export function LoaderLines() {
  const loaders = useExportFormats(useShallow(loadersOf));
  const library = useExportFormats((state) => state.library);
  const showLibrary = useExportFormats((state) => state.showLibrary);
  const shown = loaders.find((loader) => loader.library === library) ?? preferred(loaders);
  if (!shown) return null;
  return (
    <>
      <div className="row">
        <h3>Load it</h3>
        <span className="push">
          <CopyButton text={shown.code} label="Copy the loader" />
        </span>
      </div>
      {loaders.length > 1 && (
        <SelectControl
          label="Library"
          value={shown.library}
          options={loaders.map((loader) => ({ value: loader.library, label: loader.library }))}
          onChange={showLibrary}
        />
      )}
      <pre className="loader" tabIndex={0} aria-label="Loader lines">
        {shown.code}
      </pre>
    </>
  );
}

/** PyTorch's, where there are some. */
const preferred = <L extends { library: string }>(loaders: readonly L[]): L | undefined =>
  loaders.find(({ library }) => library === "PyTorch") ?? loaders[0];
