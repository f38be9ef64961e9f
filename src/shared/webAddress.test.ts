import { describe, expect, it } from "vitest";
import { allowedSources, hostNames, HUB_SOURCES, parseAddresses } from "./webAddress";

describe("addresses", () => {
  it("are files by their address, or datasets of the hub by name or page", () => {
    expect(
      parseAddresses(`
        https://example.org/a.zip#part
        uoft-cs/cifar10 plain_text train
        https://huggingface.co/datasets/ylecun/mnist
        https://huggingface.co/datasets/org/set/blob/main/data/a.tar
        http://localhost:8000/b.npz`),
    ).toEqual([
      { kind: "file", url: "https://example.org/a.zip" },
      { kind: "hub", dataset: "uoft-cs/cifar10", config: "plain_text", split: "train" },
      { kind: "hub", dataset: "ylecun/mnist" },
      { kind: "file", url: "https://huggingface.co/datasets/org/set/resolve/main/data/a.tar" },
      { kind: "file", url: "http://localhost:8000/b.npz" },
    ]);
  });

  it.each([
    ["http://example.org/a.zip", "without encryption"],
    ["https://me:secret@example.org/a.zip", "password"],
    ["https://", "is no address"],
    ["a b c d", "is no address"],
    ["../secret", "is no address"],
    ["ftp://example.org/a", "is no address"],
  ])("%s is refused", (line, why) => {
    expect(() => parseAddresses(line)).toThrow(why);
  });

  it("allow their own hosts and no others, unless the person says so", () => {
    const addresses = parseAddresses("https://example.org:8443/a.zip\nhttps://example.org:8443/b.zip\nmnist");
    expect(allowedSources({ addresses, followsAnywhere: false })).toEqual([
      "https://example.org:8443",
      ...HUB_SOURCES,
    ]);
    expect(allowedSources({ addresses, followsAnywhere: true })).toContain("https:");
    expect(hostNames(addresses)).toEqual(["example.org:8443", "huggingface.co"]);
  });
});
