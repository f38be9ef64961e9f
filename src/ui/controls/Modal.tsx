import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { CrossIcon } from "./Icons";

interface Props {
  title: string;
  about?: ReactNode;
  /** As large as the screen allows; on a small one all of it. */
  isWide?: boolean;
  onClose: () => void;
  children?: ReactNode;
}

/** A dialog over the page; it is open as long as it is rendered. */
export function Modal({ title, about, isWide = false, onClose, children }: Props) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content
          className={isWide ? "dialog dialog-wide" : "dialog"}
          {...(about ? {} : { "aria-describedby": undefined })}
        >
          <Dialog.Title className="dialog-title">{title}</Dialog.Title>
          {about && (
            <Dialog.Description asChild>
              <div>{about}</div>
            </Dialog.Description>
          )}
          {children}
          <Dialog.Close className="button button-icon dialog-close" aria-label="Close">
            <CrossIcon />
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
