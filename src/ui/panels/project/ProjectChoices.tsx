import { useState } from "react";
import type { ProjectSize } from "@/shared/project";
import { useProject } from "@/state/project";
import { formatBytes, plural } from "../../format";

/** What goes into the file, and how large it will be. */
export function ProjectChoices({ size, onClose }: { size: ProjectSize | null; onClose: () => void }) {
  const save = useProject((state) => state.save);
  const [images, setImages] = useState(true);
  const [experts, setExperts] = useState(true);
  const bytes = size && size.rest + (images ? size.images : 0) + (experts ? size.experts : 0);
  return (
    <>
      <p>
        One zip with everything that this browser holds
        {size && ` (${plural(size.datasets, "dataset")}, ${plural(size.runs, "kept set")})`}: open it in any
        browser to go on there. Every file in it carries its SHA-256.
      </p>
      <fieldset className="boxes project-choices" aria-label="What goes in">
        <label className="box">
          <input type="checkbox" checked={images} onChange={(event) => setImages(event.target.checked)} />
          <span>
            Images of the datasets <span className="quiet figures">{formatBytes(size?.images)}</span>
          </span>
        </label>
        <label className="box">
          <input type="checkbox" checked={experts} onChange={(event) => setExperts(event.target.checked)} />
          <span>
            Expert trajectories <span className="quiet figures">{formatBytes(size?.experts)}</span>
          </span>
        </label>
      </fieldset>
      {!images && (
        <p className="quiet">
          Without its images a dataset is a name, a report and a fingerprint: import it again from your files
          where you open the project.
        </p>
      )}
      <p className="figures">About {formatBytes(bytes)} in all.</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button button-next"
          disabled={size === null}
          onClick={() => void save({ images, experts })}
        >
          Save
        </button>
      </div>
    </>
  );
}
