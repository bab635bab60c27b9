// Histograms that filter each other: of every clip one bit per column says that it lies outside the column's range. A change of one range
// looks at one column; counts of the others follow from the bits.

export interface CrossColumn {
  name: string;
  /** Per clip; NaN where there is no value. */
  values: Float64Array;
  low: number;
  high: number;
  bins: number;
}

/** Columns at once: bits of a number. */
export const mostCrossColumns = 30;

export class CrossFilter {
  readonly clipIds: Int32Array;
  readonly columns: readonly CrossColumn[];
  private readonly outside: Int32Array;
  private readonly binOf: readonly Int16Array[];
  private base: Uint8Array;

  /** Throws RangeError for more than 30 columns. */
  constructor(clipIds: Int32Array, columns: readonly CrossColumn[]) {
    if (columns.length > mostCrossColumns) throw new RangeError(`at most ${mostCrossColumns} columns`);
    this.clipIds = clipIds;
    this.columns = columns;
    this.outside = new Int32Array(clipIds.length);
    this.base = new Uint8Array(clipIds.length).fill(1);
    this.binOf = columns.map(({ values, low, high, bins }) => {
      const scale = high > low ? bins / (high - low) : 0;
      return Int16Array.from(values, (value) =>
        Number.isNaN(value) ? -1 : Math.max(0, Math.min(bins - 1, Math.floor((value - low) * scale))),
      );
    });
  }

  /** Clips that pass every other criterion; null for all. */
  setBase(clips: ReadonlySet<number> | null): void {
    this.base = Uint8Array.from(this.clipIds, (clipId) => (clips === null || clips.has(clipId) ? 1 : 0));
  }

  /** Both ends included. A clip without the value lies outside every range. */
  setRange(name: string, range: readonly [number, number] | null): void {
    const at = this.columns.findIndex((column) => column.name === name);
    if (at < 0) return;
    const bit = 1 << at;
    const { values } = this.columns[at]!;
    const [low, high] = range ?? [0, 0];
    for (let i = 0; i < values.length; i++) {
      const inside = range === null || (values[i]! >= low && values[i]! <= high);
      this.outside[i] = inside ? this.outside[i]! & ~bit : this.outside[i]! | bit;
    }
  }

  /** Clips in each bin of a column that pass everything but its own range. */
  counts(name: string): Int32Array {
    const at = this.columns.findIndex((column) => column.name === name);
    const counts = new Int32Array(this.columns[at]?.bins ?? 0);
    const others = ~(1 << at);
    const bins = this.binOf[at];
    if (!bins) return counts;
    for (let i = 0; i < bins.length; i++)
      if (bins[i]! >= 0 && this.base[i] && (this.outside[i]! & others) === 0) counts[bins[i]!]!++;
    return counts;
  }

  passing(): number[] {
    const ids: number[] = [];
    for (let i = 0; i < this.outside.length; i++) if (this.base[i] && this.outside[i] === 0) ids.push(this.clipIds[i]!);
    return ids;
  }

  /** Whether each clip passes everything but the ranges of some columns. */
  passesWithout(names: readonly string[]): (index: number) => boolean {
    const mask = names.reduce((bits, name) => {
      const at = this.columns.findIndex((column) => column.name === name);
      return at < 0 ? bits : bits & ~(1 << at);
    }, ~0);
    return (index) => this.base[index] === 1 && (this.outside[index]! & mask) === 0;
  }
}
