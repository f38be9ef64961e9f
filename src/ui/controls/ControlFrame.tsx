import type { ReactNode } from "react";
import { HintButton } from "./Hint";

interface Props {
  label: string;
  /** What the label belongs to; without it the label names nothing and is for the eye alone. */
  labelFor?: string;
  help?: string | undefined;
  symbol?: string | undefined;
  problem?: string;
  problemId?: string;
  /** Stands at the end of the head line: an entry, a switch. */
  end?: ReactNode;
  children?: ReactNode;
}

/** What all controls share: label, symbol and help above, the problem below. */
export function ControlFrame({ label, labelFor, help, symbol, problem, problemId, end, children }: Props) {
  return (
    <div className="control">
      <div className="control-head">
        {labelFor ? (
          <label className="control-label" htmlFor={labelFor}>
            {label}
          </label>
        ) : (
          <span className="control-label">{label}</span>
        )}
        {symbol && (
          <span className="control-symbol" aria-hidden="true">
            {symbol}
          </span>
        )}
        {help && <HintButton about={label} text={help} />}
        {end && <span className="control-end">{end}</span>}
      </div>
      {children}
      {problem && (
        <p className="control-problem" id={problemId} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
