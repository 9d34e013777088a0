/** The smallest value that at least this part of them does not exceed. @param {number[]} values @param {number} part */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

/** @param {number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/** @param {number[]} values */
export function spread(values) {
  return { count: values.length, p50: quantile(values, 0.5), p99: quantile(values, 0.99), most: Math.max(...values) };
}
