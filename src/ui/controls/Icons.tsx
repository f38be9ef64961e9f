/** The page's icons: 16 × 16, drawn with the colour of the text, hidden from screen readers. */
import type { ReactNode } from "react";

const Icon = ({ children, filled = false }: { children: ReactNode; filled?: boolean }) => (
  <svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill={filled ? "currentColor" : "none"}
    stroke={filled ? "none" : "currentColor"}
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {children}
  </svg>
);

export const PlayIcon = () => (
  <Icon filled>
    <path d="M4 2.5v11a.6.6 0 0 0 .9.5l9-5.5a.6.6 0 0 0 0-1l-9-5.5a.6.6 0 0 0-.9.5Z" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon filled>
    <path d="M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z" />
  </Icon>
);
export const StepIcon = () => (
  <Icon filled>
    <path d="M3 2.8v10.4a.5.5 0 0 0 .8.4L10 8.5v5h2.5v-11H10v5L3.8 2.400a.5.5 0 0 0-.8.4Z" />
  </Icon>
);
export const StopIcon = () => (
  <Icon filled>
    <rect x="3" y="3" width="10" height="10" rx="1" />
  </Icon>
);
export const ExportIcon = () => (
  <Icon>
    <path d="M8 2v8M4.5 6.8 8 10.300l3.5-3.500M2.5 13.500h11" />
  </Icon>
);
export const FilesIcon = () => (
  <Icon>
    <path d="M8 10.500V3M4.8 6 8 2.8 11.2 6M2.5 10v3.500h11V10" />
  </Icon>
);
export const FolderIcon = () => (
  <Icon>
    <path d="M1.8 12.500v-9h4l1.5 2h7v7z" />
  </Icon>
);
export const PencilIcon = () => (
  <Icon>
    <path d="m10.5 2.8 2.7 2.7-7.7 7.7-3.2.5.5-3.200z" />
  </Icon>
);
export const BinIcon = () => (
  <Icon>
    <path d="M2.5 4.200h11M6 4V2.500h4V4M4 4.200l.6 9.300h6.800l.6-9.300M6.8 6.800v4.200M9.2 6.800v4.2" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m3 8.5 3.3 3.300L13 4.8" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m4 6.2 4 4 4-4" />
  </Icon>
);
export const CrossIcon = () => (
  <Icon>
    <path d="m3.5 3.5 9 9M12.5 3.500l-9 9" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M3 8h10" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M8 2.2 14.5 13.500h-13zM8 6.500v3.200M8 11.600v.2" />
  </Icon>
);
export const InfoIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 7.500v3.300M8 5.200v.2" />
  </Icon>
);
export const HelpIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M6.3 6.500a1.8 1.8 0 1 1 2.6 1.600c-.6.3-.9.7-.9 1.300M8 11.200v.1" />
  </Icon>
);
export const ThemeIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M8 2.200a5.8 5.8 0 0 1 0 11.600z" fill="currentColor" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
    <path d="M3.5 10.500h-1v-8h8v1" />
  </Icon>
);
export const DiceIcon = () => (
  <Icon>
    <rect x="2.5" y="2.5" width="11" height="11" rx="2" />
    <path d="M5.5 5.500h.01M10.5 5.500h.01M8 8h.01M5.5 10.500h.01M10.5 10.500h.01" strokeWidth="2" />
  </Icon>
);
