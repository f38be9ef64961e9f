/** What broke, in plain words for the person, and in all detail for who mends it. */
import { UserError } from "@/shared/errors";
import { useBackend } from "@/state/backend";
import type { Crash } from "@/state/crash";
import { version } from "../../package.json";

/** A script of the page could not be fetched, as the browsers say it. */
const NOT_LOADED =
  /dynamically imported module|module script failed|error loading dynamically|unable to preload/i;

export function plainWords(error: Error): string {
  if (error instanceof UserError) return error.message;
  if (NOT_LOADED.test(error.message))
    return "A part of the page could not be loaded: the connection broke off, or a newer version of the studio was put in its place.";
  return "Something failed that should not have. This is a fault of the studio, not yours.";
}

export function crashReport({ error, where }: Crash): string {
  const { info, phase } = useBackend.getState();
  return [
    `${error.name}: ${error.message}`,
    `in ${where}`,
    `studio ${version}, backend ${info ? `${info.id} (${info.adapter || "unnamed"})` : phase}`,
    navigator.userAgent,
    error.stack ?? "no stack",
  ].join("\n");
}
