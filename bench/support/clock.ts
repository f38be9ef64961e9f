/** Milliseconds, monotonic. */
export type Clock = () => number;

/** @param processor take the time that this process computed, so that other programs do not count; Node alone has it */
export const benchClock = (processor: boolean): Clock =>
  processor ? processorTime : () => performance.now();

const processorTime: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
