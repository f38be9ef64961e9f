import { useState } from "react";
import { CheckIcon, CopyIcon } from "./Icons";

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
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
      <span aria-live="polite">{answer || "Copy"}</span>
    </button>
  );
}
