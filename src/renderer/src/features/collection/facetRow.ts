// One value of a criterion, as the lists of the sidebar show it.

/** `count`: null while it is not known. */
export interface FacetRow {
  value: number | string;
  name: string;
  count: number | null;
  colour?: string;
  on: boolean;
  title?: string;
}
