import { Suspense, useRef, type ReactNode } from "react";
import { useViewSize } from "../useViewSize";

interface Props {
  /** CSS pixels; without it as high as the place it stands in. */
  height?: number;
  /** How the words look that stand there until the chart is loaded. */
  waitingClass?: string;
  /** The chart, which may still have to be loaded, for a size in CSS pixels. */
  children: (width: number, height: number) => ReactNode;
}

/** As wide as there is room, drawn once that is known. */
export function ChartBox({ height, waitingClass = "", children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const size = useViewSize(box);
  return (
    <div ref={box} style={{ height: height ?? "100%" }}>
      <Suspense fallback={<p className={`quiet ${waitingClass}`}>Loading the chart …</p>}>
        {size.width > 0 && children(size.width, size.height)}
      </Suspense>
    </div>
  );
}
