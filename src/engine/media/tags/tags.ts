// Texts by name that a file, or a file beside it, says of a recording. Nested documents are flattened: `location.site`.
import { XMLParser } from 'fast-xml-parser';

export type Tags = Record<string, string>;

/** What is kept of one file: more is no description of a recording. */
const mostTags = 500;
const longestTag = 4000;

export function boundedTags(tags: Tags): Tags {
  return Object.fromEntries(
    Object.entries(tags)
      .slice(0, mostTags)
      .map(([key, value]) => [key.slice(0, 200), value.slice(0, longestTag)]),
  );
}

/** Objects become `a.b`; lists and empty values are left out. */
export function flatten(value: unknown, prefix = ''): Tags {
  const tags: Tags = {};
  const visit = (one: unknown, key: string, depth: number): void => {
    if (one === null || one === undefined || depth > 6 || Object.keys(tags).length >= mostTags) return;
    if (Array.isArray(one)) {
      if (one.length === 1) visit(one[0], key, depth + 1);
    } else if (typeof one === 'object')
      for (const [name, inner] of Object.entries(one)) visit(inner, key ? `${key}.${name}` : name, depth + 1);
    else if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') {
      const text = String(one).trim();
      if (text !== '' && key !== '') tags[key] = text;
    }
  };
  visit(value, prefix, 0);
  return tags;
}

/** Names of entities are not resolved; a document that is no XML gives nothing. */
export function flattenXml(text: string, prefix = ''): Tags {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: false,
    parseTagValue: false,
  });
  try {
    return flatten(parser.parse(text), prefix);
  } catch {
    return {};
  }
}
