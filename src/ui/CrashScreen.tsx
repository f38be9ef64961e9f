import { useEffect, useRef } from "react";
import { backToPage, type Crash } from "@/state/crash";
import { crashReport, plainWords } from "./crashReport";
import { CopyButton } from "./controls/CopyButton";
import { Rescue } from "./Rescue";
import "./crash.css";

/** In place of a page that has broken: what happened, the way on, and the way out with everything. */
export function CrashScreen({ crash, canGoBack }: { crash: Crash; canGoBack: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const report = crashReport(crash);
  useEffect(() => heading.current?.focus(), []);

  return (
    <main className="crash" aria-labelledby="crash-title">
      <h1 id="crash-title" ref={heading} tabIndex={-1}>
        The page has broken
      </h1>
      <p role="alert">{plainWords(crash.error)}</p>
      <p>
        What is stored in this browser is kept: datasets, kept sets, and unfinished runs up to their last
        checkpoint. Reload the page to go on.
      </p>
      <div className="row crash-actions">
        <button type="button" className="button button-next" onClick={() => location.reload()}>
          Reload
        </button>
        {canGoBack && (
          <button type="button" className="button" onClick={backToPage}>
            Back to the page
          </button>
        )}
        <button type="button" className="button" onClick={forgetSettings}>
          Forget the settings and reload
        </button>
      </div>
      <Rescue />
      <section aria-labelledby="crash-report">
        <div className="row">
          <h2 id="crash-report">For a report</h2>
          <span className="push">
            <CopyButton text={report} label="Copy the report" />
          </span>
        </div>
        <pre tabIndex={0} aria-labelledby="crash-report">
          {report}
        </pre>
      </section>
    </main>
  );
}

function forgetSettings(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("studio.")) localStorage.removeItem(key);
  } catch {
    // the browser keeps no settings here
  }
  location.reload();
}
