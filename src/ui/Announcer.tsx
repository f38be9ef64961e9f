import { useAnnouncements } from "@/state/announcements";

/** Says to screen readers what has changed, when they have time. */
export function Announcer() {
  const text = useAnnouncements((state) => state.text);
  return (
    <p className="unseen" aria-live="polite">
      {text}
    </p>
  );
}
