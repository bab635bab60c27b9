// One value of a filter's criterion, as the list of facets shows it.

/** `count`: null while it is not known. */
export interface FacetRow {
  value: number | string;
  name: string;
  count: number | null;
  colour?: string;
  on: boolean;
  title?: string;
}
