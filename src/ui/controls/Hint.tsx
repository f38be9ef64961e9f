import { Tooltip } from "radix-ui";
import { useState, type ReactElement, type ReactNode } from "react";
import { InfoIcon } from "./Icons";

/** A short text that appears over what it explains, on hover and on focus. */
export function Hint({ text, children }: { text: ReactNode; children: ReactElement }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <HintText text={text} />
    </Tooltip.Root>
  );
}

/** The small "i" beside a label; a tap opens it too, since a finger cannot hover. */
export function HintButton({ about, text }: { about: string; text: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <Tooltip.Root open={open} onOpenChange={setOpen}>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          className="hint-button"
          aria-label={`About ${about}`}
          onClick={() => setOpen(true)}
        >
          <InfoIcon />
        </button>
      </Tooltip.Trigger>
      <HintText text={text} />
    </Tooltip.Root>
  );
}

const HintText = ({ text }: { text: ReactNode }) => (
  <Tooltip.Portal>
    <Tooltip.Content className="tooltip" sideOffset={4} collisionPadding={8}>
      {text}
    </Tooltip.Content>
  </Tooltip.Portal>
);
