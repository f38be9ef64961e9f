/** PyTorch in a process of its own, which takes a turn when it is asked to. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface TorchPeer {
  /** "PyTorch 1.13.0, one thread" */
  name: string;
  /** Makes the task that the next turns work on. */
  open(task: string, sizes: object): Promise<void>;
  /** An iteration's inputs and results. @returns the text of a golden fixture */
  golden(task: string, sizes: object): Promise<string>;
  /** Runs the task so many times. @returns milliseconds of one */
  turn(count?: number): Promise<number>;
  close(): void;
}

const SCRIPT = "bench/support/torch/peer.py";

/**
 * @param cuda use a graphics card where PyTorch knows one
 * @returns null where no Python has PyTorch
 */
export async function findTorch({ cuda = false } = {}): Promise<TorchPeer | null> {
  const { PYTHON } = process.env;
  for (const python of PYTHON ? [PYTHON] : ["python3", "/usr/bin/python3"]) {
    const peer = await startTorch(python, cuda ? ["--cuda"] : []);
    if (peer) return peer;
  }
  return null;
}

async function startTorch(python: string, flags: readonly string[]): Promise<TorchPeer | null> {
  const child = spawn(python, ["-B", SCRIPT, ...flags], { stdio: ["pipe", "pipe", "pipe"] });
  child.on("error", () => undefined); // no such program: its output ends as well
  child.stdin.on("error", () => undefined);
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, unknown> | null> => {
    const { done, value } = await lines.next();
    return done ? null : (JSON.parse(value) as Record<string, unknown>);
  };
  const ask = async (request: object): Promise<Record<string, unknown>> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const answered = await answer();
    if (!answered) throw new Error(`PyTorch ended: ${complaints.trim().split("\n").at(-1)}`);
    return answered;
  };
  const hello = await answer();
  if (!hello) return null;
  return {
    name: `PyTorch ${String(hello["version"])}, ${String(hello["device"])}`,
    open: async (task, sizes) => void (await ask({ open: task, sizes })),
    golden: async (task, sizes) => JSON.stringify(await ask({ golden: task, sizes })),
    turn: async (count = 1) => (await ask({ turn: count }))["ms"] as number,
    close: () => child.stdin.end(),
  };
}
