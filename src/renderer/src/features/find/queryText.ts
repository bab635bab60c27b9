// The query as it is typed: checked while it is typed, taken over when it is right, sent as a link.
import { useClipboard } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import { parseQuery } from '../../../../shared/query/parseQuery.ts';
import { checkQuery, clipFields, fieldOf, type QueryField } from '../../../../shared/query/queryFields.ts';
import { QueryError, type QueryTree } from '../../../../shared/query/queryTree.ts';
import { useFilter } from '../../stores/filter.ts';
import { columnTitle, useMetadata } from '../../stores/metadata/metadata.ts';
import { useScope } from '../../stores/scope.ts';

const mark = '#query=';

/** The query of the address that the window was opened with; null without one. */
export function linkedQuery(hash: string): string | null {
  if (!hash.startsWith(mark)) return null;
  try {
    return decodeURIComponent(hash.slice(mark.length));
  } catch {
    return null;
  }
}
/** The address that shows a query. It carries no secret: whoever opens it needs access of their own. */
export const queryLink = ({ origin, pathname }: { origin: string; pathname: string }, query: string): string =>
  `${origin}${pathname}${mark}${encodeURIComponent(query)}`;

export function useQueryText() {
  const [filter, metadata, scope] = [useFilter(), useMetadata(), useScope()];
  const text = ref(filter.criteria.query ?? '');
  watch(
    () => filter.criteria.query,
    (query) => {
      text.value = query ?? '';
    },
  );
  const columns = computed<QueryField[]>(() =>
    metadata.columns.map(({ key, type }) => ({ name: key, type, title: columnTitle(key), column: true })),
  );
  const fields = computed<QueryField[]>(() => [...columns.value, ...clipFields]);
  /** Other names of built-in columns are known to the engine alone: it has the last word. */
  const reading = computed<{ tree: QueryTree | null; error: QueryError | null }>(() => {
    try {
      const tree = parseQuery(text.value);
      if (tree) checkQuery(tree, (name) => fieldOf(name, columns.value));
      return { tree, error: null };
    } catch (thrown) {
      if (thrown instanceof QueryError) return { tree: null, error: thrown };
      throw thrown;
    }
  });
  const changed = computed(() => text.value.trim() !== (filter.criteria.query ?? ''));
  function apply(query = text.value): void {
    scope.showAll();
    filter.set({ query: query.trim() });
  }
  const { copy, copied } = useClipboard({ legacy: true });
  const copyLink = (): Promise<void> => copy(queryLink(location, filter.criteria.query ?? ''));
  return { text, fields, reading, changed, apply, copyLink, copied };
}
