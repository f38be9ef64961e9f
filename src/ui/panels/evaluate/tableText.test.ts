import { describe, expect, it } from "vitest";
import { csvTable, csvText, markdownTable, markdownText } from "./tableText";
import type { ResultRow } from "./resultRows";

const row = {
  key: "k",
  set: "DM · MNIST · IPC 1 · iteration 2",
  subject: "set",
  subjectText: "Synthetic set",
  network: "ConvNet",
  mean: 0.12345678,
  std: 0.01,
  accuracies: [0.1, 0.2],
  ior: -0.05,
  hlr: null,
  lrs: 0.5,
  isCached: true,
  source: { rates: [0.01, 0.05], rateSource: "searched", labels: "hard" },
} as unknown as ResultRow;

describe("csvText", () => {
  it("quotes commas, quotes and line breaks", () => {
    expect(csvText([["a,b", 'say "x"', "two\nlines", "plain"]])).toBe(
      '"a,b","say ""x""","two\nlines",plain\r\n',
    );
  });

  it("neutralises formulas in texts, and leaves numbers alone", () => {
    const cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x","y")', -0.5, 1e-7, null, NaN];
    const line = csvText([cells]).trimEnd();
    expect(line).toBe(`'=1+1,'+1,'-1,'@SUM(A1),"'\t=1","'=HYPERLINK(""x"",""y"")",-0.5,1e-7,,`);
  });

  it("writes a line per row under its head, with a cell for every column", () => {
    const [head, body] = csvTable([row], "=evil");
    expect(body).toHaveLength(head!.length);
    expect(csvText([body!])).toBe(
      "'=evil,DM · MNIST · IPC 1 · iteration 2,Synthetic set,ConvNet,0.123457,0.01,-0.05,,0.5,2,0.1 0.2,0.01 0.05,searched,hard,yes\r\n",
    );
  });
});

it("marks all the data as trained by a short recipe", () => {
  const full = { ...row, subject: "full", subjectText: "All data" } as ResultRow;
  expect(csvTable([full], "d")[1]).toContain("All data (short recipe)");
  expect(markdownTable([full])[1]).toContain("All data (short recipe)");
});

describe("markdownText", () => {
  it("keeps a cell one cell where a semicolon separates, and knows wide signs", () => {
    expect(csvText([["a;=1+1", "＝1"]])).toBe(`"a;=1+1",'＝1\r\n`);
  });

  it("turns links, pictures and emphasis back into letters", () => {
    const [line] = markdownText([["![x](https://example.com/a.png) _b_ `c` &lt;"]]).split("\n");
    expect(line).toBe("| !\\[x\\](https://example.com/a.png) \\_b\\_ \\`c\\` &amp;lt; |");
  });

  it("escapes what would end a cell", () => {
    expect(markdownText([["a|b"], ["x\ny"], ["<b>"]])).toBe("| a\\|b |\n| --- |\n| x y |\n| &lt;b> |\n");
  });

  it("aligns numbers right and shows a dash for what is not known", () => {
    const lines = markdownText(markdownTable([row])).split("\n");
    expect(lines[1]).toBe("| --- | --- | --- | ---: | ---: | ---: | ---: |");
    expect(lines[2]).toBe(
      "| DM · MNIST · IPC 1 · iteration 2 | Synthetic set | ConvNet | 12.3 ± 1.0 | -5.0 | – | 0.500 |",
    );
  });
});
