import { expect, it } from "vitest";
import { Progress, progressText, type ProgressSink } from "./progress";

const news = { step: "Distilling", done: 5, total: 20, eta: 75, figures: "2.00 it/s, loss 0.4" };

it("says how far it is and how long it will take", () => {
  expect(progressText(news)).toBe(
    "Distilling [######------------------] 5 of 20, 25 %, 1:15 left, 2.00 it/s, loss 0.4",
  );
  expect(progressText({ step: "Looking", done: 7, total: 0, eta: null })).toBe("Looking 7");
});

it("renews one line on a terminal, and writes lines now and then elsewhere", () => {
  const told = (isTTY: boolean) => {
    let text = "";
    let now = 0;
    const sink: ProgressSink = { write: (more) => (text += more), isTTY, columns: 40 };
    const progress = new Progress(sink, () => now);
    for (let done = 1; done <= 20; done++) {
      progress.update({ ...news, done });
      now += 1000;
    }
    progress.line("Over.");
    return text;
  };
  expect(
    told(false)
      .split("\n")
      .map((line) => / (\d+) of/.exec(line)?.[1]),
  ).toEqual(["1", "6", "11", "16", "20", undefined, undefined]);
  const renewed = told(true);
  expect(renewed.split("\r\x1b[K")).toHaveLength(21);
  expect(renewed).toMatch(/\nOver\.\n$/);
  expect(Math.max(...renewed.split(/[\r\n]/).map((line) => line.replace("\x1b[K", "").length))).toBeLessThan(
    40,
  );
});
