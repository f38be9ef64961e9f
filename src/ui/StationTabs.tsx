import type { KeyboardEvent } from "react";

export const STATIONS = ["data", "method", "run", "result"] as const;
export type Station = (typeof STATIONS)[number];

const TITLES: Record<Station, string> = { data: "Data", method: "Method", run: "Run", result: "Result" };

/** On a narrow screen one station is shown at a time. */
export function StationTabs({
  station,
  onStation,
}: {
  station: Station;
  onStation: (station: Station) => void;
}) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = (STATIONS.indexOf(station) + step + STATIONS.length) % STATIONS.length;
    onStation(STATIONS[at]!);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[at]?.focus();
  };
  return (
    <nav className="tabs" aria-label="Stations">
      <div role="tablist" aria-label="Stations" onKeyDown={onKeyDown}>
        {STATIONS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            className="tab"
            aria-selected={name === station}
            aria-controls={`station-${name}`}
            tabIndex={name === station ? 0 : -1}
            onClick={() => onStation(name)}
          >
            {TITLES[name]}
          </button>
        ))}
      </div>
    </nav>
  );
}
