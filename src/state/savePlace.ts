/** Where a large file goes: to a place that the person chooses, written as it is made, where the browser can do that. */

/** The File System Access API, which not every browser has. */
type SavePicker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;

/**
 * Must be called in answer to a click.
 * @returns null where there is no such choice: the file then goes to the downloads
 */
export async function placeForFile(
  suggestedName: string,
): Promise<FileSystemFileHandle | null | "cancelled"> {
  const { showSaveFilePicker } = window as { showSaveFilePicker?: SavePicker };
  if (!showSaveFilePicker) return null;
  try {
    return await showSaveFilePicker({ suggestedName });
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return "cancelled";
    return null; // forbidden here, as in a frame of another site
  }
}
