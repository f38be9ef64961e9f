import { useEffect, useState } from "react";

const STEP_MS = 20_000;

/** Milliseconds since 1970, every so often, for what is said to be some minutes ago. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
