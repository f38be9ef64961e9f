/** Counts labels as files write them, texts and numbers, and makes classes of them. */
import { sortedNames } from "./filePaths";
import { refuseTooMany } from "./labelClasses";
import { finalSplit, type Classes, type SourceSplit } from "./reader";

export class LabelTally {
  private readonly counted = new Map<string, Record<SourceSplit, number>>();

  /** @throws UserError once there are more classes than can be stored */
  add(split: SourceSplit, label: string): void {
    let own = this.counted.get(label);
    if (!own) {
      this.counted.set(label, (own = { train: 0, test: 0, val: 0 }));
      refuseTooMany(this.counted.size);
    }
    own[split]++;
  }

  /**
   * The labels in the order of their numbers or letters; those without an image to train on are no classes.
   * @param nameOf what to call a label, where something else tells its name
   */
  classes(nameOf: (label: string) => string = (label) => label): Required<Classes> {
    const all = [...this.counted.values()];
    const hasTest = all.some(({ test }) => test > 0);
    const learnable = [...this.counted].filter(([, own]) =>
      (["train", "val"] as const).some((split) => finalSplit(split, hasTest) === "train" && own[split] > 0),
    );
    const labels = sortedNames(learnable.map(([label]) => label));
    const per = (split: SourceSplit) => labels.map((label) => this.counted.get(label)![split]);
    return {
      classNames: labels.map(nameOf),
      counts: { train: per("train"), test: per("test"), val: per("val") },
      indexOf: new Map(labels.map((label, index) => [label, index])),
    };
  }
}

/** Why an image of a split without its class is left out. */
export const NOT_LEARNABLE = "its class has no images to train on";
