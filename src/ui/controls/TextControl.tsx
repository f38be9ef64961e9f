import { useId } from "react";
import { ControlFrame } from "./ControlFrame";

interface Props {
  label: string;
  value: string;
  problem?: string;
  /** Where the problem is told elsewhere. */
  isWrong?: boolean;
  /** More than one makes it a text of several lines. */
  rows?: number;
  placeholder?: string;
  maxLength?: number;
  /** The whole text is marked as soon as the field is entered: what is typed replaces it. */
  isReplaced?: boolean;
  className?: string;
  onChange: (value: string) => void;
}

/** A text with its label; what is wrong with it stands below. */
export function TextControl(props: Props) {
  const { label, value, problem = "", isWrong = problem !== "", rows = 1 } = props;
  const { placeholder, maxLength, isReplaced = false, className = "", onChange } = props;
  const id = useId();
  const shared = {
    ...{ id, value, placeholder, maxLength },
    className: `input ${className}`,
    "aria-invalid": isWrong,
    "aria-describedby": problem ? `${id}-problem` : undefined,
  };
  return (
    <ControlFrame label={label} labelFor={id} problem={problem} problemId={`${id}-problem`}>
      {rows > 1 ? (
        <textarea
          {...shared}
          rows={rows}
          spellCheck={false}
          onChange={({ target }) => onChange(target.value)}
        />
      ) : (
        <input
          {...shared}
          onChange={({ target }) => onChange(target.value)}
          onFocus={({ target }) => isReplaced && target.select()}
        />
      )}
    </ControlFrame>
  );
}
