import type { ReactNode } from "react";
import type { LeftOut, ProjectOpened, ProjectWritten } from "@/shared/project";
import { useProject } from "@/state/project";
import { formatBytes, formatCount, plural } from "../../format";

interface Saved {
  written: Omit<ProjectWritten, "blob">;
  inDownloads: boolean;
}

/** Where the file is, and what could not go into it. */
export function ProjectSavedView({ written: { name, bytes, leftOut }, inDownloads }: Saved) {
  return (
    <>
      <p>
        <strong className="export-name">{name}</strong>, {formatBytes(bytes)}, is{" "}
        {inDownloads ? "in your downloads" : "where you wanted it"}.
      </p>
      <Damaged leftOut={leftOut}>These things are damaged in this browser and are not in the file:</Damaged>
    </>
  );
}

interface Opened {
  opened: ProjectOpened;
  hasAdopted: boolean;
}

/** What is here now, and what is not and why. */
export function ProjectOpenedView({ opened, hasAdopted }: Opened) {
  const adopt = useProject((state) => state.adopt);
  const { added, known, beside, withoutImages, leftOut, settings } = opened;
  const kinds = Object.entries(added);
  return (
    <>
      {kinds.length > 0 ? (
        <ul className="project-facts figures">
          {kinds.map(([kind, count]) => (
            <li key={kind}>{plural(count, kind, pluralOf(kind))}</li>
          ))}
        </ul>
      ) : (
        <p>There was nothing new in it.</p>
      )}
      {known > 0 && (
        <p className="quiet">
          {formatCount(known)} of its parts were here already and were left as they are.
        </p>
      )}
      <Names names={beside}>Something else was here under the same id, so these stand beside it:</Names>
      <Names names={withoutImages}>
        The file holds no images of these datasets; import them again from your own files:
      </Names>
      <Damaged leftOut={leftOut}>These were damaged when the project was saved and are not in it:</Damaged>
      {hasAdopted ? (
        <p className="quiet">Its settings are on the page.</p>
      ) : (
        Object.keys(settings).length > 0 && (
          <p>
            The settings on the page were left as they are.{" "}
            <button type="button" className="button button-small" onClick={() => void adopt()}>
              Use those of the project
            </button>
          </p>
        )
      )}
    </>
  );
}

/** "kept sets", "sets of experts" */
const pluralOf = (kind: string): string =>
  kind.startsWith("set of ") ? `sets of ${kind.slice(7)}` : `${kind}s`;

function Names({ names, children }: { names: readonly string[]; children: ReactNode }) {
  if (names.length === 0) return null;
  return (
    <div>
      <p>{children}</p>
      <ul className="project-facts">
        {names.map((name, index) => (
          <li key={index}>{name}</li>
        ))}
      </ul>
    </div>
  );
}

function Damaged({ leftOut, children }: { leftOut: readonly LeftOut[]; children: ReactNode }) {
  return <Names names={leftOut.map(({ what, why }) => `${what}: ${why}`)}>{children}</Names>;
}
