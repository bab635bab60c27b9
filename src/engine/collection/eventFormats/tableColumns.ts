// Which column of a table holds what, by the names that tools and people give them.

const fold = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_\-().]+/g, ' ')
    .trim();

/**
 * Index of the first column called by one of `names`, -1 where there is none. Case, spaces and brackets do not matter.
 */
export function columnNamed(header: readonly string[], names: readonly string[]): number {
  const folded = header.map(fold);
  for (const name of names) {
    const at = folded.indexOf(fold(name));
    if (at >= 0) return at;
  }
  return -1;
}
