import { MinusIcon, PlusIcon } from "../../controls/Icons";

const MOST = 8;

/** How large the images are drawn: fitted, or a whole multiple. */
export function ZoomControl({
  zoom,
  onZoom,
}: {
  zoom: number | null;
  onZoom: (zoom: number | null) => void;
}) {
  return (
    <div className="zoom" role="group" aria-label="Zoom">
      <button
        type="button"
        className="button button-icon"
        aria-label="Smaller"
        disabled={zoom === null || zoom <= 1}
        onClick={() => onZoom((zoom ?? 2) - 1)}
      >
        <MinusIcon />
      </button>
      <button
        type="button"
        className="button button-small zoom-fit figures"
        title="Fit the images into the view"
        aria-pressed={zoom === null}
        onClick={() => onZoom(null)}
      >
        {zoom === null ? "Fit" : `${zoom} ×`}
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label="Larger"
        disabled={zoom !== null && zoom >= MOST}
        onClick={() => onZoom((zoom ?? 1) + 1)}
      >
        <PlusIcon />
      </button>
    </div>
  );
}
