// Tells a BORIS project from a table by how the file begins.
export const borisFileIsProject = (firstLine: string): boolean => firstLine.trimStart().startsWith('{');
