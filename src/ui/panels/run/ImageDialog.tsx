import { useEffect, useRef } from "react";
import type { RunUpdate } from "@/shared/run";
import { Modal } from "../../controls/Modal";
import { download } from "@/state/exporting";

const LARGE = 384; // CSS pixels that the longer side may take

interface Props {
  images: NonNullable<RunUpdate["images"]>;
  index: number;
  title: string;
  onMove: (step: number) => void;
  onClose: () => void;
}

/** One synthetic image, large, and still learning while the run goes on. */
export function ImageDialog({ images, index, title, onMove, onClose }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels } = images;
  const scale = Math.max(1, Math.floor(LARGE / Math.max(width, height)));

  useEffect(() => {
    const bytes = width * height * 4;
    const own = pixels.slice(index * bytes, (index + 1) * bytes);
    if (own.length === bytes)
      canvas.current?.getContext("2d")?.putImageData(new ImageData(own, width, height), 0, 0);
  }, [pixels, index, width, height]);

  const save = () =>
    canvas.current?.toBlob((blob) => {
      if (blob) download(blob, `${title}.png`);
    });

  return (
    <Modal
      title={title}
      about={<p className="quiet figures">{`${width} × ${height}, iteration ${images.iteration}`}</p>}
      onClose={onClose}
    >
      <canvas
        ref={canvas}
        className="large-image"
        width={width}
        height={height}
        role="img"
        aria-label={title}
        style={{ width: width * scale, aspectRatio: `${width} / ${height}` }}
      />
      <div className="dialog-actions">
        <button type="button" className="button" onClick={save}>
          Save as PNG
        </button>
        <button type="button" className="button" onClick={() => onMove(-1)}>
          Previous
        </button>
        <button type="button" className="button" onClick={() => onMove(1)}>
          Next
        </button>
      </div>
    </Modal>
  );
}
