/** Inverse of a dense symmetric positive definite matrix, by Cholesky's factors. Row-major, n x n; the input is kept. */
export function invertPositive(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.EPSILON)) : sum / lower[j * n + j]!;
    }
  }
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let i = c; i < n; i++) {
      let sum = i === c ? 1 : 0;
      for (let k = c; k < i; k++) sum -= lower[i * n + k]! * column[k]!;
      column[i] = sum / lower[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = i >= c ? column[i]! : 0;
      for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * inverse[k * n + c]!;
      inverse[i * n + c] = sum / lower[i * n + i]!;
    }
  }
  return inverse;
}
