// Names of models are told apart by a number, so that no list shows two that read alike.

/** `name`, or `name (2)`, `name (3)` … where others have it; letter case does not tell names apart. */
export function uniqueName(name: string, others: Iterable<string>): string {
  const taken = new Set(Array.from(others, (other) => other.toLowerCase()));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} (${n})`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}
