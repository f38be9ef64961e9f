/** `npm run distill`: words in, an exit code out. Results go to stdout, everything else to stderr. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { version } from "../../package.json";
import { catalog } from "@/engine/catalog";
import { onSlowDevice, type Catalog } from "@/shared/experiment";
import { isAbort, UserError } from "@/shared/errors";
import type { ParamRecord } from "@/shared/params";
import { formatCount, plural } from "@/shared/format";
import { backendName, BACKENDS, chooseBackend, type BackendId } from "./backend";
import { CheckpointFolder } from "./checkpointFolder";
import { parseCommandLine, type CommandLine } from "./commandLine";
import { readConfigFile } from "./configFile";
import { runDistillation } from "./distillation";
import { CliError, EXIT, type ExitCode } from "./exitCodes";
import { experimentConfig } from "./experimentConfig";
import { ExpertFolder } from "./expertFolder";
import { chosenFormats, prepareFolder, writeExport } from "./exportFolder";
import { flagsFor, settingFlags } from "./flags";
import { underLocks } from "./folderLock";
import { helpText, USAGE } from "./help";
import { chooseData, importData } from "./importData";
import { importFlags } from "./importFlags";
import { openInitialSet } from "./initialSet";
import { inspectionOf } from "./inspection";
import { pickFiles } from "./nodeFiles";
import { Progress } from "./progress";

/** The two streams of a process. */
export interface Surroundings {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** @returns the exit code; nothing is thrown */
export async function main(
  words: readonly string[],
  { stdout, stderr, signal }: Surroundings,
): Promise<ExitCode> {
  const all = catalog();
  let progress = new Progress(stderr, () => performance.now());
  try {
    const line = parseCommandLine(words, settingFlags(all));
    progress = new Progress(stderr, () => performance.now(), line.command.quiet !== undefined);
    if (line.command.help) stdout.write(`${helpText(all)}\n`);
    else if (line.command.version) stdout.write(`${version}\n`);
    else if (line.command.inspect) await inspect(line, progress, signal, stdout);
    else return await distil(line, all, progress, signal, stdout);
    return EXIT.done;
  } catch (error) {
    if (signal.aborted && (isAbort(error) || error === signal.reason)) {
      progress.always("Interrupted; nothing was written.");
      return EXIT.interrupted;
    }
    for (const text of errorLines(error, all)) progress.always(text);
    return error instanceof CliError ? error.code : EXIT.failed;
  }
}

async function inspect(
  line: CommandLine,
  progress: Progress,
  signal: AbortSignal,
  stdout: Surroundings["stdout"],
): Promise<void> {
  const imported = await importData(await chooseData(line), importFlags(line), progress, signal);
  stdout.write(`${JSON.stringify(await inspectionOf(imported), null, 2)}\n`);
}

async function distil(
  line: CommandLine,
  all: Catalog,
  progress: Progress,
  signal: AbortSignal,
  stdout: Surroundings["stdout"],
): Promise<ExitCode> {
  const { command } = line;
  const out = command.out?.[0];
  if (out === undefined)
    throw new CliError(EXIT.usage, "--out is missing: there is no place for the result.", `Usage: ${USAGE}`);
  const folder = resolve(out);
  const importing = importFlags(line);
  const formats = chosenFormats(command.format);
  const wanted = backendFlag(command.backend?.[0]);
  const fromFile = command.config ? await readConfigFile(command.config[0]!, all) : undefined;
  experimentConfig(all, line, fromFile); // a wrong flag is told before anything else is done
  const data = await chooseData(line);
  const fromFiles = await pickFiles(command.from ?? [], "--from");
  const expertFiles = await pickFiles(command["import-experts"] ?? [], "--import-experts");

  const ownCheckpoints = command.checkpoint && resolve(command.checkpoint[0]!);
  const locks = [{ file: join(folder, ".distill.lock"), what: `--out ${folder}` }];
  if (ownCheckpoints) locks.push({ file: `${ownCheckpoints}.lock`, what: `--checkpoint ${ownCheckpoints}` });
  return underLocks(locks, async () => {
    await prepareFolder(folder, formats);
    const checkpoints = new CheckpointFolder(ownCheckpoints ?? join(folder, "checkpoint"));
    const resumed = command.resume ? await checkpoints.read() : null;
    if (!resumed && (await checkpoints.exists()))
      throw new CliError(
        EXIT.files,
        `${checkpoints.path} holds the checkpoint of a run that is not at its end.`,
        "Go on with it by --resume, or remove that folder to begin anew.",
      );

    const backend = await chooseBackend(wanted ?? resumed?.saved.backend);
    progress.line(
      `Backend: ${backendName(backend)}.${backend.reason && !wanted ? ` ${backend.reason}` : ""}`,
    );
    if (resumed && resumed.saved.backend !== backend.id)
      progress.line(
        `The run began on ${resumed.saved.backend}: on another backend its last bits will differ.`,
      );
    if (resumed?.isOlder) progress.line("The newest checkpoint is damaged; the one before it is taken.");

    const choices = backend.id !== "webgpu" || backend.software ? onSlowDevice(all) : all;
    const settings = experimentConfig(choices, line, resumed?.saved.config ?? fromFile);
    const { source } = await importData(data, importing, progress, signal);
    const { info } = source;
    const initial = fromFiles.length > 0 ? await openInitialSet(fromFiles, info, signal) : null;
    const typedIpc = line.settings.has("ipc") && { ipc: settings.run["ipc"]! };
    const run: ParamRecord = { ...settings.run, ...initial?.run, ...typedIpc };
    const config = { datasetId: info.fingerprint, ...settings, run };
    if (config.run["init"] === "set" && !initial && !resumed)
      throw new CliError(
        EXIT.usage,
        "--init: these settings begin with a kept set, and none is given.",
        "Give its export or its files with --from, or another --init.",
      );
    const images = (split: "train" | "test") =>
      formatCount(info.counts[split].reduce((sum, count) => sum + count, 0));
    progress.line(
      `${info.name}: ${plural(info.classNames.length, "class", "classes")}, ${images("train")} training and ${images("test")} test images.`,
    );

    const experts = new ExpertFolder(expertsFolder(command["experts-dir"]?.[0]), info);
    if (expertFiles.length > 0)
      progress.line(`${plural(await experts.importFiles(expertFiles, info), "expert")} imported.`);
    const iterations = config.run["iterations"] as number;
    const outcome = await runDistillation({
      config,
      source,
      trajectories: experts,
      backend: backend.id,
      checkpoints,
      intervalMs: 1000 * (config.run["checkpointSeconds"] as number),
      iterations,
      resumed: resumed?.saved ?? null,
      initialSet: initial?.set ?? null,
      hasHistory: formats.includes("animation"),
      progress,
      signal,
    });

    if (outcome.snapshot) {
      await writeExport(outcome.snapshot, folder, {
        formats,
        onProgress: (done, total) => progress.update({ step: "Writing", done, total, eta: null }),
      });
      progress.end();
      stdout.write(`${folder}\n`);
    }
    if (outcome.isComplete) {
      await checkpoints.delete();
      return EXIT.done;
    }
    progress.always(
      outcome.snapshot
        ? `Interrupted at iteration ${outcome.iteration} of ${iterations}: the set as it is was written, and --resume goes on from here.`
        : "Interrupted before the first iteration was done; there is nothing to go on from.",
    );
    return EXIT.interrupted;
  });
}

function backendFlag(typed: string | undefined): BackendId | undefined {
  if (typed === undefined) return undefined;
  const found = BACKENDS.find((id) => id === typed);
  if (found) return found;
  throw new CliError(
    EXIT.usage,
    `--backend: there is no backend "${typed}".`,
    `Known: ${BACKENDS.join(", ")}.`,
  );
}

/** Where experts are kept: what was named, else the caches of this person. */
const expertsFolder = (named: string | undefined): string =>
  named !== undefined
    ? resolve(named)
    : join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "distillation-studio/experts");

/** An error as lines for stderr, settings by their flags; a fault of the studio with its stack. */
function errorLines(error: unknown, all: Catalog): string[] {
  if (error instanceof CliError || error instanceof UserError) {
    const inFlags = (text: string) => flagsFor(text, settingFlags(all));
    return [`Error: ${inFlags(error.message)}`, ...(error.hint ? [inFlags(error.hint)] : [])];
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return ["Error: the studio has a fault; please report it with these lines.", text];
}
