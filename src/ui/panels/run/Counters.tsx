import { isActive, useRun } from "@/state/run";
import { formatBytes, formatCount, formatDuration, formatRate, UNKNOWN } from "../../format";

/** The running numbers. Each has its place and its width, so that nothing moves. */
export function Counters() {
  const phase = useRun((state) => state.phase);
  const iteration = useRun((state) => state.iteration);
  const iterations = useRun((state) => state.iterations);
  const rate = useRun((state) => state.iterationsPerSecond);
  const elapsed = useRun((state) => state.elapsed);
  const eta = useRun((state) => state.eta);
  const tensorBytes = useRun((state) => state.tensorBytes);
  const hasRun = phase !== "idle";
  const facts = [
    ["Iteration", hasRun ? `${formatCount(iteration)} / ${iterations ? formatCount(iterations) : "–"}` : "–"],
    ["Speed", formatRate(rate)],
    ["Elapsed", hasRun ? formatDuration(elapsed) : "–"],
    ["Left", isActive({ phase }) ? formatDuration(eta) : UNKNOWN],
    ["Tensors", tensorBytes > 0 ? formatBytes(tensorBytes) : "–"],
  ] as const;
  return (
    <dl className="counters figures">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
