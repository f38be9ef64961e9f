import { useEffect, useState } from "react";
import { useUnfinished } from "@/state/unfinished";
import { useJobs } from "@/state/unfinishedJobs";
import type { Station } from "./StationTabs";

/** The station that a narrow screen shows: the data, until the person chooses; the run where something is unfinished. */
export function useStation(): { station: Station; setStation: (station: Station) => void } {
  const [station, setStation] = useState<Station | null>(null);
  useEffect(() => {
    const show = ({ list }: { list: readonly unknown[] }) => {
      if (list.length > 0) setStation((chosen) => chosen ?? "run");
    };
    const ends = [useUnfinished.subscribe(show), useJobs.subscribe(show)];
    return () => ends.forEach((end) => end());
  }, []);
  return { station: station ?? "data", setStation };
}
