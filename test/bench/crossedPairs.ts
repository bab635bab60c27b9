// For the correspondence bench: whose picture each sound gets.

/**
 * [labels.length]: the index of the clip whose picture goes with sound i. A `share` of the clips exchange pictures,
 * always with one of another label; the others keep their own (i).
 */
export function crossedPairs(
  labels: readonly string[],
  share: number,
  random: { below(bound: number): number },
): Int32Array {
  const partner = Int32Array.from(labels.keys());
  const order = [...labels.keys()];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const chosen = order.slice(0, Math.round(labels.length * share));
  // Sorted by label and turned by the size of the largest label, no clip meets its own label, unless one label has more
  // than half of all.
  chosen.sort((a, b) => (labels[a]! < labels[b]! ? -1 : labels[a]! > labels[b]! ? 1 : 0));
  const largest = Math.max(
    0,
    ...chosen
      .reduce((counts, i) => counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1), new Map<string, number>())
      .values(),
  );
  if (largest * 2 > chosen.length)
    throw new Error('one label has more than half of the clips: they cannot all be crossed with another label');
  chosen.forEach((clip, place) => {
    partner[clip] = chosen[(place + largest) % chosen.length]!;
  });
  return partner;
}
