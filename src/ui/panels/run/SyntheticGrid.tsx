import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { RunUpdate } from "@/shared/run";
import { GridLabels } from "./GridLabels";
import { cellAt, gridLayout, indexAt, type GridShape } from "./gridLayout";
import { ImageDialog } from "./ImageDialog";
import { useGridCanvas } from "./useGridCanvas";
import { useViewSize } from "../../useViewSize";

const ARROWS: Record<string, (ipc: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (ipc) => -ipc,
  ArrowDown: (ipc) => ipc,
};

interface Props {
  images: NonNullable<RunUpdate["images"]>;
  classNames: readonly string[];
  /** CSS pixels per image pixel; null fits the view. */
  zoom: number | null;
}

/** All synthetic images, a row per class. Hover names one, a click or Enter opens it large. */
export function SyntheticGrid({ images, classNames, zoom }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useViewSize(scroller);
  const [pointed, setPointed] = useState<number | null>(null);
  const [opened, setOpened] = useState<number | null>(null);

  const classes = classNames.length;
  const ipc = Math.max(1, Math.floor(images.count / Math.max(1, classes)));
  const shape: GridShape = useMemo(
    () => ({ classes, ipc, width: images.width, height: images.height }),
    [classes, ipc, images.width, images.height],
  );
  const longest = Math.max(...classNames.map((name) => name.length));
  const labelWidth = Math.min(12 + longest * 7, view.width < 480 ? 72 : 120);
  const layout = useMemo(
    () => gridLayout(shape, { ...view, labelWidth }, zoom),
    [shape, view, labelWidth, zoom],
  );
  const { canvas, labels } = useGridCanvas({ scroller, pixels: images.pixels, shape, layout, view });

  const nameOf = (index: number) =>
    `${classNames[Math.floor(index / ipc)] ?? ""}, image ${(index % ipc) + 1} of ${ipc}`;

  const indexUnder = ({ clientX, clientY }: PointerEvent) => {
    const box = scroller.current?.getBoundingClientRect();
    if (!box || !scroller.current) return null;
    const { scrollLeft, scrollTop } = scroller.current;
    return indexAt(layout, shape, clientX - box.left + scrollLeft, clientY - box.top + scrollTop);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && pointed !== null) return setOpened(pointed);
    const move = ARROWS[event.key];
    if (!move) return;
    event.preventDefault();
    const next = Math.min(
      Math.max((pointed ?? 0) + (pointed === null ? 0 : move(ipc)), 0),
      classes * ipc - 1,
    );
    setPointed(next);
    const { x, y } = cellAt(layout, shape, next);
    const box = scroller.current;
    if (!box) return;
    const [right, below] = [x + shape.width * layout.scale, y + layout.rowHeight];
    if (y < box.scrollTop || below > box.scrollTop + box.clientHeight)
      box.scrollTop = y - box.clientHeight / 2;
    if (x < box.scrollLeft + labelWidth || right > box.scrollLeft + box.clientWidth)
      box.scrollLeft = x - box.clientWidth / 2;
  };

  const mark = pointed === null ? null : cellAt(layout, shape, pointed);
  return (
    <>
      <div
        ref={scroller}
        className="grid-scroller"
        tabIndex={0}
        role="group"
        aria-label="Images, arrow keys choose one, Enter opens it"
        onPointerMove={(event) => setPointed(indexUnder(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={() => pointed !== null && setOpened(pointed)}
        onKeyDown={onKeyDown}
      >
        <div className="grid-full" style={{ width: layout.fullWidth, height: layout.fullHeight }}>
          <canvas
            ref={canvas}
            className="grid-canvas"
            role="img"
            aria-label={`${images.count} synthetic images of ${classes} classes at iteration ${images.iteration}`}
            data-iteration={images.iteration}
            style={{
              width: Math.min(view.width, layout.fullWidth),
              height: Math.min(view.height, layout.fullHeight),
            }}
          />
          <GridLabels ref={labels} classNames={classNames} layout={layout} />
          {mark && (
            <span
              className="grid-mark"
              style={{
                left: mark.x,
                top: mark.y,
                width: shape.width * layout.scale,
                height: shape.height * layout.scale,
              }}
            />
          )}
        </div>
      </div>
      <p className="grid-pointed quiet figures" aria-live="polite">
        {pointed === null ? "" : nameOf(pointed)}
      </p>
      {opened !== null && (
        <ImageDialog
          images={images}
          index={opened}
          title={nameOf(opened)}
          onMove={(step) => setOpened((opened + step + images.count) % images.count)}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}
