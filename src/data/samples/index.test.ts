import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import { SAMPLE_HOSTS } from "@/shared/contentSecurityPolicy";
import { samples } from "./index";
import { sampleInfo } from "./sample";

describe("samples", () => {
  it("are one that is made here and three that are published", () => {
    expect([...samples.keys()].sort()).toEqual(["bloodMnist", "cifar10", "fashionMnist", "shapes10"]);
    for (const sample of samples.values()) {
      const info = sampleInfo(sample);
      expect(structuredClone(info)).toEqual(info);
      expect(Boolean(sample.generate)).toBe(info.host === "");
    }
  });

  it.each([...samples.values()].flatMap((sample) => (sample.download ? [sample] : [])))(
    "$label is asked only of a host that the policy of the page allows",
    async (sample) => {
      const asked: string[] = [];
      const refused = sample.download({
        signal: new AbortController().signal,
        onProgress: ({ total }) => expect(total).toBe(sample.downloadBytes),
        fetch: (url) => {
          asked.push(new Request(url).url);
          return Promise.reject(new TypeError("no network in tests"));
        },
        online: () => false,
        now: () => 0,
        retryDelayMs: 1,
      });
      await expect(refused).rejects.toThrow(UserError);
      expect(asked).toHaveLength(1);
      const { origin, host } = new URL(asked[0]!);
      expect(SAMPLE_HOSTS).toContain(origin);
      expect(host).toBe(sample.host);
    },
  );
});
