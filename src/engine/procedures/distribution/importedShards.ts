// Which shards of a run are imported, as text: a hexadecimal digit for four shards.

export class ImportedShards {
  private readonly digits: number[];

  constructor(shards: number, text = '') {
    this.digits = Array.from({ length: Math.ceil(shards / 4) }, (_, i) => Number.parseInt(text[i] ?? '0', 16) || 0);
  }

  has(at: number): boolean {
    return ((this.digits[at >> 2] ?? 0) & (1 << (at & 3))) !== 0;
  }

  add(at: number): void {
    this.digits[at >> 2] = (this.digits[at >> 2] ?? 0) | (1 << (at & 3));
  }

  toString(): string {
    return this.digits.map((digit) => digit.toString(16)).join('');
  }
}
