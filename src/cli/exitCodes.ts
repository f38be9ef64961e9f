/** How a command ends, for scripts: docs/cli.md lists these. */
import { UserError } from "@/shared/errors";

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  data: 3,
  backend: 4,
  files: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, in the order of the codes. */
export const EXIT_MEANINGS: Record<ExitCode, string> = {
  [EXIT.done]: "All is done and written.",
  [EXIT.failed]: "The run failed: it diverged, memory or the device gave out, or the studio has a fault.",
  [EXIT.usage]: "Wrong usage: an unknown flag, a value out of range, settings that do not fit the data.",
  [EXIT.data]: "The data cannot be read.",
  [EXIT.backend]: "The backend that was asked for does not start.",
  [EXIT.files]:
    "A folder or file of the run cannot be used: nothing to resume, a damaged checkpoint, another run in it, no room, no permission.",
  [EXIT.interrupted]: "Interrupted (Ctrl-C, SIGTERM): the state is saved where there is one.",
};

/** An error that says with which code the command ends. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    readonly code: ExitCode,
    message: string,
    readonly hint = "",
  ) {
    super(message);
  }
}

/** Gives an error that has no code yet this one. @returns never: it throws */
export function failWith(code: ExitCode, error: unknown): never {
  if (error instanceof UserError) throw new CliError(code, error.message, error.hint);
  throw error;
}
