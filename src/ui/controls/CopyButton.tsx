import { useState } from "react";
import { CheckIcon, CopyIcon } from "./Icons";

interface Props {
  text: string;
  /** The accessible name; it begins with what is seen. */
  label: string;
  /** What is seen. */
  name?: string;
}

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label, name = "Copy" }: Props) {
  const [answer, setAnswer] = useState<"" | "Copied" | "Not allowed">("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setAnswer("Copied");
    } catch {
      setAnswer("Not allowed"); // the browser refused; the text can still be selected
    }
    setTimeout(() => setAnswer(""), 2000);
  };
  return (
    <button type="button" className="button button-small" aria-label={label} onClick={() => void copy()}>
      {answer === "Copied" ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{answer || name}</span>
    </button>
  );
}
