import { describe, expect, it } from "vitest";
import type { EvaluationRow, RankingScores, SnapshotInfo } from "@/shared/evaluating";
import { resultRows, sortedRows } from "./resultRows";
import { classResults, rowShares } from "./confusion";

const convnet = { id: "convnet", params: { width: 4, depth: 1 } };
const sameConvnet = { id: "convnet", params: { depth: 1, width: 4 } };
const mlp = { id: "mlp", params: {} };

const row = (part: Partial<EvaluationRow>): EvaluationRow => ({
  snapshotId: "a",
  subject: "set",
  network: convnet,
  accuracies: [part.mean ?? 0.5],
  rates: [0.01],
  rateSource: "protocol",
  labels: "hard",
  mean: 0.5,
  std: 0,
  confusion: [],
  cached: false,
  ...part,
});
const snapshots = [
  { id: "a", method: "dm", ipc: 10, iteration: 5 },
  { id: "b", method: "dm", ipc: 2, iteration: 500 },
  { id: "c", method: "dm", ipc: 2, iteration: 1000 },
] as SnapshotInfo[];
const names = {
  snapshots,
  set: ({ method, ipc, iteration }: SnapshotInfo) => `${method}, ${ipc}, ${iteration.toLocaleString("en")}`,
  network: ({ id }: { id: string }) => id,
};

describe("resultRows", () => {
  it("gives every row its improvement over random of the same set and network", () => {
    const rows = resultRows(
      [
        row({ subject: "random", mean: 0.3, network: sameConvnet }),
        row({ subject: "set", mean: 0.5 }),
        row({ subject: "herding", mean: 0.25 }),
        row({ subject: "set", mean: 0.9, network: mlp }),
      ],
      [],
      names,
    );
    const ior = (subject: string, network: string) =>
      rows.find((r) => r.subject === subject && r.network === network)!.ior;
    expect(ior("set", "convnet")).toBeCloseTo(0.2);
    expect(ior("herding", "convnet")).toBeCloseTo(-0.05);
    expect(ior("random", "convnet")).toBeNull();
    expect(ior("set", "mlp")).toBeNull(); // random is not known there
  });

  it("takes the engine's scores for the set alone", () => {
    const scores: RankingScores[] = [{ snapshotId: "a", network: sameConvnet, hlr: 0.4, ior: 0.1, lrs: 0.6 }];
    const [set, png] = resultRows([row({}), row({ subject: "png" })], scores, names);
    expect([set!.hlr, set!.ior, set!.lrs]).toEqual([0.4, 0.1, 0.6]);
    expect([png!.hlr, png!.ior, png!.lrs]).toEqual([null, null, null]);
  });

  it("stands in the order of the page, sets by their numbers", () => {
    const rows = resultRows(
      [
        row({ snapshotId: "a" }),
        row({ snapshotId: "c" }),
        row({ snapshotId: "b", subject: "full" }),
        row({ snapshotId: "b" }),
      ],
      [],
      names,
    );
    expect(rows.map(({ set, subject }) => `${set}/${subject}`)).toEqual([
      "dm, 2, 500/set",
      "dm, 2, 500/full",
      "dm, 2, 1,000/set",
      "dm, 10, 5/set",
    ]);
    const byIteration = sortedRows(rows, { by: "set", isDescending: true }).map(({ set }) => set);
    expect(byIteration).toEqual(["dm, 10, 5", "dm, 2, 1,000", "dm, 2, 500", "dm, 2, 500"]);
  });
});

describe("sortedRows", () => {
  const rows = resultRows(
    [
      row({ subject: "set", mean: 0.5 }),
      row({ subject: "random", mean: 0.3 }),
      row({ subject: "full", mean: 0.9 }),
      row({ subject: "herding", mean: 0.4 }),
    ],
    [],
    names,
  );
  const subjects = (sorting: Parameters<typeof sortedRows>[1]) =>
    sortedRows(rows, sorting).map(({ subject }) => subject);

  it("sorts numbers both ways", () => {
    expect(subjects({ by: "mean", isDescending: true })).toEqual(["full", "set", "herding", "random"]);
    expect(subjects({ by: "mean", isDescending: false })).toEqual(["random", "herding", "set", "full"]);
  });

  it("leaves what is not known at the end both ways", () => {
    expect(subjects({ by: "ior", isDescending: true }).at(-1)).toBe("random");
    expect(subjects({ by: "ior", isDescending: false }).at(-1)).toBe("random");
  });

  it("keeps the order of equal rows, and sorts subjects as the page lists them", () => {
    expect(subjects({ by: "hlr", isDescending: true })).toEqual(rows.map(({ subject }) => subject));
    expect(subjects({ by: "subject", isDescending: false })).toEqual(["set", "random", "herding", "full"]);
  });
});

describe("classResults", () => {
  it("gives accuracy and the most frequent mistake", () => {
    expect(
      classResults([
        [8, 1, 1],
        [0, 5, 0],
        [0, 0, 0],
      ]),
    ).toEqual([
      { label: 0, count: 10, accuracy: 0.8, mistakenFor: { label: 1, share: 0.1 } },
      { label: 1, count: 5, accuracy: 1, mistakenFor: null },
      { label: 2, count: 0, accuracy: null, mistakenFor: null },
    ]);
  });

  it("makes shares of rows", () => {
    expect(rowShares([[3, 1], [0, 0]])).toEqual([[0.75, 0.25], [0, 0]]); // prettier-ignore
  });
});
