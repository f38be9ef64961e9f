/**
 * Exponential moving average without the pull of its start: the weights of the values so far sum to 1.
 *
 *   m_t = s m_{t-1} + (1 - s) x_t        smoothed_t = m_t / (1 - s^t)
 */
export function smoothed(values: readonly number[], smoothing: number): number[] {
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    mean = smoothing * mean + (1 - smoothing) * value;
    weight = smoothing * weight + (1 - smoothing);
    return mean / weight;
  });
}
