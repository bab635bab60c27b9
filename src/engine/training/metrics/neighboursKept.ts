// How much of one embedding's neighbourhoods another keeps.

/** The k rows most alike row `of` by cosine, without itself. */
function nearest(vectors: readonly Float32Array[], of: number, k: number): Set<number> {
  const length = (x: Float32Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0)) || 1;
  const own = vectors[of]!;
  const scores = vectors.map((other, i) => ({
    i,
    cosine: i === of ? -Infinity : other.reduce((sum, value, d) => sum + value * own[d]!, 0) / length(other),
  }));
  return new Set(
    scores
      .toSorted((p, q) => q.cosine - p.cosine || p.i - q.i)
      .slice(0, k)
      .map(({ i }) => i),
  );
}

/**
 * Mean share of the k nearest neighbours in `teacher` that are among the k nearest in `student`; rows belong together,
 * widths may differ.
 */
export function neighboursKept(teacher: readonly Float32Array[], student: readonly Float32Array[], k: number): number {
  let kept = 0;
  for (let row = 0; row < teacher.length; row++) {
    const own = nearest(student, row, k);
    for (const neighbour of nearest(teacher, row, k)) if (own.has(neighbour)) kept++;
  }
  return kept / (teacher.length * k);
}
