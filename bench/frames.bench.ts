/**
 * Does the page keep 60 frames a second while a run computes? `npm run bench -- frames [--backend=wasm|webgpu]
 * [--seconds=15] [--json=<file>]` builds the page, opens it in headless Chromium and takes the intervals between frames and
 * the tasks of the main thread: idle, during runs of DM, and with evaluations in between. `--backend` leaves out the other
 * one. Fails when a task takes 50 ms of processor time.
 *
 * Intervals are wall time: other programs count, and a GPU in software, which computes on the cores that also put the frames
 * together. What the page itself does is the processor time of its main thread.
 */
import { chromium, expect, type Browser } from "@playwright/test";
import { build, preview } from "vite";
import { launchOptions } from "../e2e/support/browser.mjs";
import { shareAbove, watchFrames, type FrameTimes } from "../e2e/support/frames";
import { Studio } from "../e2e/support/studio";
import { flagReader, namesIn } from "./support/flags";
import { watchMainThread, type MainThread } from "./support/mainThread";
import { writeReport } from "./support/report";
import { markdownTable, threeDigits, timingOf, timingText, type Timing } from "./support/timing";

const PORT = 4394;
const LONGEST_TASK_MS = 50;
const LATE_MS = [17, 34, 50] as const;

/** Networks with which WebAssembly and a GPU in software get through some iterations a second. */
const SETTINGS = {
  wasm: { "Real images per class": 16, "Network width": 16 },
  webgpu: { "Real images per class": 4, "Network width": 4 },
};
type Backend = keyof typeof SETTINGS;
const BACKENDS = ["wasm", "webgpu"] as const;

/** What the page does while it is watched; a run ends by Stop. */
const STATES: readonly { state: string; interval: number | null }[] = [
  { state: "idle", interval: null },
  { state: "run", interval: 0 },
  { state: "run, evaluated every 10 iterations", interval: 10 },
];

interface Row {
  backend: Backend;
  state: string;
  frames: number;
  interval: Timing;
  /** Share of frames that came later than 17, 34 and 50 ms after the one before. */
  late: number[];
  /** Wall time; 0 where none took 50 ms. */
  longestTask: number;
  mainThread: MainThread;
  iterationsPerSecond: number;
}

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const seconds = Number(flag("seconds") ?? 15);
  const wanted = namesIn(flag("backend"), BACKENDS);
  process.env["NODE_ENV"] = "production"; // else React is built as its slow self
  await build({ logLevel: "error" });
  const server = await preview({ preview: { port: PORT, strictPort: true, open: false } });
  const rows: Row[] = [];
  try {
    for (const backend of wanted) {
      const browser = await chromium.launch(launchOptions({ webgpu: backend === "webgpu" }));
      try {
        for await (const row of watchStates(browser, backend, seconds)) {
          rows.push(row);
          console.log(cellsOf(row).join("  "));
          writeReport(flag("json"), { adapter: `Chromium ${browser.version()}, headless` }, rows);
        }
      } finally {
        await browser.close();
      }
    }
  } finally {
    await server.close();
  }
  const late = LATE_MS.map((ms) => `above ${ms} ms`);
  const tasks = ["longest task, ms", "of the processor", "longer than a frame, 1/s", "busy, ms/s"];
  const head = ["backend", "state", "frames", "interval, ms", ...late, ...tasks, "it/s"];
  console.log(markdownTable(head, rows.map(cellsOf)));
  return rows.some(({ mainThread }) => mainThread.longestTask >= LONGEST_TASK_MS) ? 1 : 0;
}

async function* watchStates(browser: Browser, backend: Backend, seconds: number): AsyncGenerator<Row> {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ baseURL: `http://localhost:${PORT}`, viewport });
  const page = await context.newPage();
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  for (const { state, interval } of STATES) {
    if (interval !== null) {
      await studio.set({
        ...SETTINGS[backend],
        ...{ Iterations: 1_000_000, "Evaluation interval": interval },
        ...{ "Evaluation networks": 1, "Evaluation epochs": 3 },
      });
      await studio.spinbutton("Images per class (IPC)").fill("1");
      await studio.button("Start").click();
      await studio.untilIteration(2);
    }
    const shown = () => (interval === null ? 0 : studio.shownIteration());
    const before = await shown();
    const stopTasks = await watchMainThread(browser, page);
    const stopFrames = await watchFrames(page);
    await page.waitForTimeout(1000 * seconds);
    const times = await stopFrames();
    const mainThread = await stopTasks();
    const iterations = (await shown()) - before;
    if (interval !== null) {
      await studio.button("Stop").click();
      await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
    }
    yield { backend, state, iterationsPerSecond: iterations / seconds, ...summaryOf(times), mainThread };
  }
}

const summaryOf = ({ intervals, longTasks }: FrameTimes) => ({
  frames: intervals.length,
  interval: timingOf(intervals),
  late: LATE_MS.map((ms) => shareAbove(intervals, ms)),
  longestTask: Math.max(0, ...longTasks),
});

const cellsOf = ({ mainThread, ...row }: Row): string[] => [
  ...[row.backend, row.state, String(row.frames), timingText(row.interval)],
  ...row.late.map((share) => `${(100 * share).toFixed(1)} %`),
  row.longestTask > 0 ? String(Math.round(row.longestTask)) : "below 50",
  ...[mainThread.longestTask, mainThread.longerThanFrame, mainThread.busyPerSecond].map(threeDigits),
  row.iterationsPerSecond > 0 ? threeDigits(row.iterationsPerSecond) : "",
];
