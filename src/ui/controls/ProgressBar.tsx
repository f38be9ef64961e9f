import { Progress } from "radix-ui";

interface Props {
  label: string;
  done: number;
  /** 0 when it is not known: the bar then only says that something goes on. */
  total: number;
}

/** How far something is. */
export function ProgressBar({ label, done, total }: Props) {
  const share = total > 0 ? Math.min(done / total, 1) : null;
  return (
    <Progress.Root className="bar" aria-label={label} value={share === null ? null : Math.round(share * 100)}>
      <Progress.Indicator style={share === null ? {} : { transform: `scaleX(${share})` }} />
    </Progress.Root>
  );
}
