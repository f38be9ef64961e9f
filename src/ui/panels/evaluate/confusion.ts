/** What a confusion matrix says of each class. Rows are true classes, columns predictions. */

export interface ClassResult {
  label: number;
  /** Test images, summed over the networks. */
  count: number;
  /** 0..1, null without test images. */
  accuracy: number | null;
  /** The class it is most often taken for, and how often (0..1); null when it never is. */
  mistakenFor: { label: number; share: number } | null;
}

/** One result per true class. */
export function classResults(confusion: readonly (readonly number[])[]): ClassResult[] {
  return confusion.map((row, label) => {
    const count = row.reduce((sum, n) => sum + n, 0);
    const wrong = row.map((n, other) => (other === label ? 0 : n));
    const most = Math.max(0, ...wrong);
    return {
      label,
      count,
      accuracy: count === 0 ? null : (row[label] ?? 0) / count,
      mistakenFor: most === 0 ? null : { label: wrong.indexOf(most), share: most / count },
    };
  });
}

/** Each row as shares of its sum, 0 where there are no images. */
export function rowShares(confusion: readonly (readonly number[])[]): number[][] {
  return confusion.map((row) => {
    const count = row.reduce((sum, n) => sum + n, 0);
    return row.map((n) => (count === 0 ? 0 : n / count));
  });
}
