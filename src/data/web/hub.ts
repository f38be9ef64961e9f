/**
 * Datasets of the Hugging Face hub, as Parquet files: the dataset viewer's server lists them, also for datasets that were
 * published in another format. https://huggingface.co/docs/dataset-viewer/parquet
 */
import { UserError } from "@/shared/errors";
import { REDIRECT_REFUSED, type WebAddress, type WebFile } from "@/shared/webImport";
import { whyNoAnswer } from "../samples/download/failure";
import { isNetworkFailure } from "../samples/download/network";
import { ANONYMOUS, type WebContext } from "./fetchFile";
import { badAnswer, noAnswerFrom, passedOn } from "./webFailure";

export const HUB_SERVER = "https://datasets-server.huggingface.co";

type HubAddress = Extract<WebAddress, { kind: "hub" }>;

interface Listed {
  config: string;
  split: string;
  url: string;
  filename: string;
  size: number;
}

/** @throws UserError when there is no such dataset, or none of it is there as Parquet */
export async function hubFiles(
  { dataset, config, split }: HubAddress,
  context: WebContext,
  server = HUB_SERVER,
): Promise<{ files: WebFile[]; notes: string[] }> {
  const query = new URLSearchParams({ dataset, ...(config && { config }), ...(split && { split }) });
  const asked = { url: `${server}/parquet?${query}`, name: `the dataset ${dataset}` };
  const answer = await askJson(asked, context);
  const listed = filesIn(answer);
  if (listed.length === 0)
    throw new UserError(
      `The Hugging Face hub has no Parquet files of ${dataset}${[config, split].flatMap((part) => (part ? [` ${part}`] : [])).join("")}.`,
      "It may still be converting it, or there is no such part. Look at the dataset's page on the hub.",
    );
  const isSingle = new Set(listed.map((file) => file.config)).size === 1;
  const title = dataset.split("/").at(-1)!;
  return {
    files: listed.map((file) => ({
      url: file.url,
      // the split in front: readers tell splits by it
      name: `${title}/${[file.split, ...(isSingle ? [] : [file.config]), file.filename].join("-")}`,
      bytes: file.size,
      version: null,
      part: { config: file.config, split: file.split },
    })),
    notes:
      (answer as { partial?: unknown }).partial === true
        ? [`The hub has converted the first part of ${dataset} only.`]
        : [],
  };
}

async function askJson(asked: { url: string; name: string }, context: WebContext): Promise<unknown> {
  try {
    const response = await context.fetch(asked.url, { ...ANONYMOUS, signal: context.signal });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer;
    const said = (answer as { error?: unknown } | null)?.error;
    throw badAnswer(response.status, asked, typeof said === "string" ? said : "");
  } catch (error) {
    if ((error as Error).name === REDIRECT_REFUSED) throw passedOn(asked);
    if (!isNetworkFailure(error)) throw error;
    throw noAnswerFrom(await whyNoAnswer(asked, context), asked, 0);
  }
}

/** The files of an answer; what is not as documented is left out. */
function filesIn(answer: unknown): Listed[] {
  const files = (answer as { parquet_files?: unknown } | null)?.parquet_files;
  if (!Array.isArray(files)) return [];
  return files.filter((file: Partial<Listed> | null): file is Listed => {
    const texts = [file?.config, file?.split, file?.url, file?.filename];
    return (
      texts.every((text) => typeof text === "string") &&
      Number.isSafeInteger(file!.size) &&
      /^https?:\/\//.test(file!.url!)
    );
  });
}
