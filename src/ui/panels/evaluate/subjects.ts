/** What networks are trained on, in words. */
import type { SubjectId } from "@/shared/evaluating";

export interface SubjectText {
  id: SubjectId;
  label: string;
  about: string;
}

/** In the order of the page. */
export const SUBJECTS: readonly SubjectText[] = [
  { id: "set", label: "Synthetic set", about: "The learned floats, exactly." },
  { id: "png", label: "As 8-bit PNG", about: "The same images as exported pictures: rounded and clamped." },
  { id: "random", label: "Random images", about: "As many random real images, drawn anew for each network." },
  { id: "herding", label: "Herding", about: "The real images whose mean is nearest the class mean." },
  { id: "kcenter", label: "k-center", about: "Real images that lie far apart, chosen greedily." },
  { id: "mean", label: "Class means", about: "The mean image of each class." },
  { id: "full", label: "All data", about: "All real training images, by a short recipe." },
];

export const subjectLabel = (id: SubjectId): string =>
  SUBJECTS.find((subject) => subject.id === id)?.label ?? id;

/** The place of a subject in the order of the page. */
export const subjectOrder = (id: SubjectId): number => SUBJECTS.findIndex((subject) => subject.id === id);
