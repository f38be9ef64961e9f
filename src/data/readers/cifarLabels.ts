/** The classes of CIFAR-10 and CIFAR-100, whose labels are class indices: fine ones, and in CIFAR-100 coarse ones too. */
import { UserError } from "@/shared/errors";
import type { Classes, Labelling, ReaderFacts, SourceSplit } from "./reader";

export const CIFAR_SHAPE = { height: 32, width: 32, channels: 3 } as const;

export type CifarLabels = "fine" | "coarse";

const KINDS: readonly CifarLabels[] = ["fine", "coarse"];
/** A label is a byte in the binary version; one of more in a pickle is none. */
const MAX_LABEL = 255;

export class CifarTally {
  private readonly counts: Record<CifarLabels, Record<SourceSplit, number[]>> = {
    fine: { train: [], test: [], val: [] },
    coarse: { train: [], test: [], val: [] },
  };
  private readonly names: Record<CifarLabels, string[]> = { fine: [], coarse: [] };

  setNames(of: CifarLabels, names: readonly string[]): void {
    this.names[of] = [...names];
  }

  /** @throws UserError for what is no label of CIFAR */
  add(of: CifarLabels, split: SourceSplit, labels: ArrayLike<number>): void {
    const own = this.counts[of][split];
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (!Number.isInteger(label) || label < 0 || label > MAX_LABEL)
        throw new UserError(
          `A CIFAR batch holds the label ${label}, which is no class number.`,
          "Use the files as they were published.",
        );
      own[label] = (own[label] ?? 0) + 1;
    }
  }

  /** Images so far. */
  get total(): number {
    return Object.values(this.counts.fine)
      .flat()
      .reduce((sum, count) => sum + count, 0);
  }

  /** The fine labels alone, or both at choice. */
  facts(): ReaderFacts {
    const labellings = KINDS.filter((of) => this.counts[of].train.length > 0).map((of): Labelling => ({
      id: of,
      label: LABELS[of],
      ...this.classes(of),
    }));
    const { width, height, channels } = CIFAR_SHAPE;
    return {
      name: labellings.length > 1 || this.classes("fine").classNames.length > 10 ? "CIFAR-100" : "CIFAR-10",
      ...this.classes("fine"),
      ...(labellings.length > 1 && { labellings }),
      sizes: [{ width, height, count: this.total }],
      sampled: this.total,
      channels,
      notes: [],
    };
  }

  private classes(of: CifarLabels): Classes {
    const { train, test, val } = this.counts[of];
    const names = this.names[of];
    const classes = Math.max(names.length, train.length, test.length);
    const full = (own: number[]) => Array.from({ length: classes }, (_, label) => own[label] ?? 0);
    return {
      classNames: Array.from({ length: classes }, (_, label) => names[label] ?? String(label)),
      counts: { train: full(train), test: full(test), val: full(val) },
    };
  }
}

const LABELS: Record<CifarLabels, string> = { fine: "Fine labels", coarse: "Coarse labels" };
