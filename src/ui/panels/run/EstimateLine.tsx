import { useBackend } from "@/state/backend";
import { useEstimate } from "@/state/estimate";
import { Alert } from "../../controls/Alert";
import { formatBytes, formatSpan } from "../../format";

/** What the run will take, beside Start: "About 35 s · 120 MB of GPU memory". */
export function EstimateLine() {
  const estimate = useEstimate((state) => state.estimate);
  const isMeasuring = useEstimate((state) => state.isMeasuring);
  const backend = useBackend((state) => state.info?.id);
  if (!estimate) return null;

  const { time, bytes, problem } = estimate;
  const memory = `${formatBytes(Number(bytes.toPrecision(2)))} of ${backend === "webgpu" ? "GPU memory" : "memory"}`;
  const seconds = time && time.whitening + time.matching + time.evaluations + time.experts;
  const parts = time
    ? [
        `Images ${formatSpan(time.matching)}`,
        ...(time.whitening > 0 ? [`whitening ${formatSpan(time.whitening)}`] : []),
        ...(time.evaluations > 0 ? [`evaluations ${formatSpan(time.evaluations)}`] : []),
        ...(time.experts > 0 ? [`experts ${formatSpan(time.experts)}`] : []),
      ].join(", ")
    : "";
  const basis =
    time?.basis === "measured"
      ? "Timed on this device; most runs take between half and twice as long."
      : "From one small convolution: the order of magnitude at best.";
  return (
    <>
      <p className="quiet figures estimate" id="estimate" title={time ? `${parts}. ${basis}` : undefined}>
        {seconds !== null &&
          `${time?.basis === "measured" ? "About" : "Very roughly"} ${formatSpan(seconds)} · `}
        {memory}
        {isMeasuring && " · timing this device"}
        {time && <span className="unseen">. {`${parts}. ${basis}`}</span>}
      </p>
      {problem && (
        <div className="estimate-problem">
          <Alert error={problem} kind="warning" />
        </div>
      )}
    </>
  );
}
