import { describe, expect, it } from "vitest";
import { labelRobustScore, rankingScores } from "./rankingScores";

describe("the scores of DD-Ranking", () => {
  it("are those computed by hand", () => {
    // HLR = 0.85 - 0.45, IOR = 0.5 - 0.3, α = 0.1 - 0.2 = -0.1
    const scores = rankingScores({ full: 0.85, hardSet: 0.45, set: 0.5, random: 0.3 });
    expect(scores.hlr).toBeCloseTo(0.4, 12);
    expect(scores.ior).toBeCloseTo(0.2, 12);
    // (0.904837418 - 0.367879441) / (2.718281828 - 0.367879441) = 0.536957977 / 2.350402387
    expect(scores.lrs).toBeCloseTo(0.228453638, 8);
  });

  it("reach 0 and 1 at the ends of their range", () => {
    expect(labelRobustScore(1, -1)).toBeCloseTo(0, 12);
    expect(labelRobustScore(-1, 1)).toBeCloseTo(1, 12);
  });

  it("are unknown where an accuracy is", () => {
    const known = { full: 0.8, hardSet: 0.5, set: 0.6, random: 0.4 };
    expect(rankingScores({ ...known, full: null })).toMatchObject({ hlr: null, lrs: null });
    expect(rankingScores({ ...known, random: null })).toMatchObject({ ior: null, lrs: null });
    expect(rankingScores({ ...known, hardSet: null }).ior).toBeCloseTo(0.2, 12);
  });
});
