/**
 * Accuracy beside the PyTorch reference, or beside what the papers publish:
 *
 *   npm run bench:accuracy                                     DM on MNIST, 1 image per class, 20 iterations
 *   npm run bench:accuracy -- --all                            every row of ../shared/baselines.json
 *   npm run bench:accuracy -- --method=dm --ipc=10 --draws=1   the rows that fit; also --dataset, --iterations
 *   npm run bench:accuracy -- --paper [--method=dm] [--ipc=10] CIFAR-10 at the papers' settings; goes on where it was
 *
 * `--backend=webgpu` computes in headless Chromium on the GPU. `--markdown` prints a table for docs/results.md. With `--paper`,
 * `--experts=100` says how many are trained, and `--results=bench-results/accuracy-cifar10.json` where rows are kept.
 * `--most=2 --epochs=3 --networks=1 --train=40 --test=20` shorten every row, to try whether it works.
 * Ends with code 1 when a row stays under its bar.
 */
import { measureBaselines, type Shortened } from "./support/baselineRows";
import { cifar10IsThere, loadCifar10 } from "./support/cifar10";
import { openHere, openWebGpu } from "./support/accuracyHosts";
import { loadMnist, mnistIsThere } from "./support/mnist";
import { measurePaper } from "./support/paperRows";

const SHORTER = ["most", "epochs", "networks", "train", "test"] as const;
const PLAIN = [...SHORTER, "draws", "all", "paper", "markdown", "backend", "results", "experts"];

export async function run(flags: string[]): Promise<number> {
  const given: Record<string, string> = Object.fromEntries(
    flags.map((flag) => {
      const [name, value = ""] = flag.replace(/^--/, "").split("=");
      return [name, value] as const;
    }),
  );
  const filter = Object.fromEntries(Object.entries(given).filter(([name]) => !PLAIN.includes(name)));
  const shortened: Shortened = Object.fromEntries(
    SHORTER.flatMap((name) => (given[name] === undefined ? [] : [[name, Number(given[name])]])),
  );
  const paper = given["paper"] !== undefined;
  const { train = paper ? Infinity : 1000, test = paper ? Infinity : 200 } = shortened;
  const there: Record<string, boolean> = { mnist: mnistIsThere(), cifar10: cifar10IsThere() };
  const loaded = new Map<string, ReturnType<typeof loadCifar10>>();
  const open = (dataset: string) => {
    const load = async () =>
      dataset === "mnist" ? loadMnist({ train, test }) : loadCifar10({ train, test });
    if (!loaded.has(dataset)) loaded.set(dataset, load());
    return loaded.get(dataset)!;
  };
  const tell = (progress: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progress}`);
  };
  const host = await (given["backend"] === "webgpu" ? openWebGpu : openHere)(open, tell);
  try {
    console.log(host.backend);
    const options = { filter, shortened, host, there, markdown: given["markdown"] !== undefined };
    return paper
      ? await measurePaper({ ...options, draws: Number(given["draws"] ?? 1), ...pathAndExperts(given) })
      : await measureBaselines({
          ...options,
          draws: Number(given["draws"] ?? 3),
          all: given["all"] !== undefined,
        });
  } finally {
    await host.close();
  }
}

const pathAndExperts = (given: Record<string, string>) => ({
  results: given["results"] ?? "bench-results/accuracy-cifar10.json",
  experts: Number(given["experts"] ?? 100),
});
