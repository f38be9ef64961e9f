import { Select } from "radix-ui";
import { ControlFrame } from "./ControlFrame";
import { CheckIcon, ChevronIcon } from "./Icons";

interface Props {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  help?: string | undefined;
  symbol?: string | undefined;
  problem?: string;
  disabled?: boolean;
  /** The label stands above, not before. */
  isStacked?: boolean;
  onChange: (value: string) => void;
}

/** One of several named options. */
export function SelectControl({
  label,
  value,
  options,
  disabled = false,
  isStacked = false,
  onChange,
  ...frame
}: Props) {
  const select = (
    <Select.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Select.Trigger className="select" aria-label={label}>
        <Select.Value />
        <Select.Icon>
          <ChevronIcon />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Content className="select-list" position="popper" sideOffset={4} collisionPadding={8}>
          <Select.Viewport>
            {options.map((option) => (
              <Select.Item key={option.value} value={option.value} className="select-option">
                <Select.ItemText>{option.label}</Select.ItemText>
                <Select.ItemIndicator>
                  <CheckIcon />
                </Select.ItemIndicator>
              </Select.Item>
            ))}
          </Select.Viewport>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
  return isStacked ? (
    <ControlFrame label={label} {...frame}>
      {select}
    </ControlFrame>
  ) : (
    <ControlFrame label={label} {...frame} end={select} />
  );
}
