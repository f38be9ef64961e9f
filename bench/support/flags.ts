/** Reads "--name=value" out of a bench's flags; "--name" alone is an empty value. */
export const flagReader =
  (flags: readonly string[]) =>
  (name: string): string | undefined => {
    const found = flags.find((text) => text === `--${name}` || text.startsWith(`--${name}=`));
    return found?.slice(name.length + 3);
  };
