import { useEffect, useState, type RefObject } from "react";

/** The inner size of an element and the pixel ratio of its screen, kept up to date. */
export function useViewSize(element: RefObject<HTMLElement | null>) {
  const [size, setSize] = useState({ width: 0, height: 0, devicePixelRatio: 1 });
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const { clientWidth, clientHeight } = entry!.target;
      setSize({ width: clientWidth, height: clientHeight, devicePixelRatio: window.devicePixelRatio });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
