import { Suspense, useRef, type ReactNode } from "react";
import { useViewSize } from "../useViewSize";

interface Props {
  /** CSS pixels. */
  height: number;
  /** The chart, which may still have to be loaded, for a width in CSS pixels. */
  children: (width: number) => ReactNode;
}

/** As wide as there is room, drawn once that is known. */
export function ChartBox({ height, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useViewSize(box);
  return (
    <div ref={box} style={{ height }}>
      <Suspense fallback={<p className="quiet">Loading the chart …</p>}>
        {width > 0 && children(width)}
      </Suspense>
    </div>
  );
}
