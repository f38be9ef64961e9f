/**
 * When the page itself breaks: what is known of it, and the way out for everything that is stored. Depends on no other
 * store: any of them may be what broke.
 */
import { create } from "zustand";
import { isAbort } from "@/shared/errors";
import type { ProjectChoice, ProjectProgress, ProjectWritten } from "@/shared/project";
import { createRescueClient } from "@/worker/client";
import { commands } from "./commands";
import { pageSettings } from "./projectSettings";

export interface Crash {
  error: Error;
  /** Where the error was caught, for who reads the report. */
  where: string;
}

interface CrashState {
  /** The page can no longer be used. */
  crash: Crash | null;
  /** Something failed that nobody caught; the page still works. */
  fault: Crash | null;
}

export const useCrash = create<CrashState>(() => ({ crash: null, fault: null }));

/** Shows the crash screen; the first crash is the one that tells most. */
export const reportCrash = (error: unknown, where: string): void =>
  useCrash.setState(({ crash }) => ({ crash: crash ?? { error: asError(error), where } }));

export const dismissFault = (): void => useCrash.setState({ fault: null });

/** From a fault to the crash screen, and back. */
export const showFault = (): void => useCrash.setState(({ fault }) => ({ crash: fault }));
export const backToPage = (): void => useCrash.setState({ crash: null, fault: null });

/** Listens for errors that nobody caught. @param isBlank whether nothing is left of the page */
export function watchForErrors(isBlank: () => boolean): void {
  const noticed = (error: unknown, where: string) => {
    if (!(error instanceof Error) || isAbort(error)) return; // a notice of the browser, or a cancel
    setTimeout(() => {
      if (isBlank()) reportCrash(error, where);
      else useCrash.setState(({ fault }) => ({ fault: fault ?? { error, where } }));
    });
  };
  window.addEventListener("error", ({ error }) => noticed(error, "an error that was not caught"));
  window.addEventListener("unhandledrejection", ({ reason }) => noticed(reason, "a promise that failed"));
}

/** How long the data worker may take to show that it still works. */
const PATIENCE_MS = 3000;

/**
 * Everything that is stored as one file: by the data worker while it answers, for it knows what is kept in memory only;
 * else here, straight from the browser's storage.
 */
export async function rescueEverything(
  choice: ProjectChoice,
  onProgress: (progress: ProjectProgress) => void,
): Promise<ProjectWritten> {
  const data = (await workingData()) ?? createRescueClient();
  return data.saveProject(choice, pageSettings(), null, onProgress);
}

async function workingData() {
  try {
    const { data } = commands();
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
    return await Promise.race([data.measureProject().then(() => data), late]);
  } catch {
    return null; // it was never started, or it fails at this too
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
