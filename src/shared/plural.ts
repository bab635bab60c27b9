/** A number with its noun: “1 clip”, “2,300 clips”. */
export const plural = (n: number, word: string): string => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
