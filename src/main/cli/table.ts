// Rows as aligned text.
const cell = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'number' && !Number.isInteger(value)
      ? value.toFixed(4)
      : String(value);

/** Numbers to the right, words to the left; long words keep their end, which tells paths apart. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[], widest = 60): string {
  const short = (text: string) => (text.length > widest ? `…${text.slice(text.length - widest + 1)}` : text);
  const cells = rows.map((row) => row.map((value) => short(cell(value))));
  const widths = headings.map((heading, k) => Math.max(heading.length, ...cells.map((row) => row[k]?.length ?? 0)));
  const numeric = headings.map(
    (_, k) => rows.length > 0 && rows.every((row) => typeof row[k] === 'number' || row[k] === null),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, k) => (numeric[k] ? text.padStart(widths[k] ?? 0) : text.padEnd(widths[k] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(headings), ...cells.map(line)].join('\n');
}
