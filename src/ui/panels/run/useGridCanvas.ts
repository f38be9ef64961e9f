import { useEffect, useRef, type RefObject } from "react";
import { drawGrid } from "./drawGrid";
import type { GridLayout, GridShape } from "./gridLayout";

interface Input {
  scroller: RefObject<HTMLDivElement | null>;
  pixels: Uint8ClampedArray<ArrayBuffer>;
  shape: GridShape;
  layout: GridLayout;
  view: { width: number; height: number; devicePixelRatio: number };
}

/**
 * A canvas as large as the view, however large the grid is: it sticks to the view and draws what is under it,
 * once per frame, after new images and after a scroll.
 */
export function useGridCanvas({ scroller, pixels, shape, layout, view }: Input) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const strip = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const box = scroller.current;
    if (!box || view.width === 0) return;
    strip.current ??= document.createElement("canvas");
    const shown = strip.current;
    const draw = () => {
      if (!canvas.current) return;
      const seen = {
        left: box.scrollLeft,
        top: box.scrollTop,
        width: Math.min(view.width, layout.fullWidth),
        height: Math.min(view.height, layout.fullHeight),
        devicePixelRatio: view.devicePixelRatio,
      };
      drawGrid(canvas.current, shown, pixels, shape, layout, seen);
      if (labels.current) {
        labels.current.style.translate = layout.columns === 1 ? `${box.scrollLeft}px` : "0";
      }
    };
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    };
    draw();
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      box.removeEventListener("scroll", onScroll);
    };
  }, [scroller, pixels, shape, layout, view]);

  return { canvas, labels };
}
