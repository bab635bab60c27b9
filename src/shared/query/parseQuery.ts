// Reads a query: `site = "north ridge" and (hour between 4 and 8 or not labelled) and weather in (rain, fog)`.
import { QueryError, type Place, type QueryOperator, type QueryTest, type QueryTree } from './queryTree.ts';

/** Groups within groups, and tests, that are read. */
const deepest = 50;
const mostTests = 500;

interface Token {
  kind: 'word' | 'quoted' | 'sign' | 'end';
  text: string;
  at: Place;
}

const signs = ['<=', '>=', '!=', '<>', '==', '&&', '||', '..', '(', ')', ',', '=', '<', '>', '~', ':', '!'];

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest);
    if (space) {
      at += space[0].length;
      continue;
    }
    const quote = /^["'“„[]/.exec(rest)?.[0];
    if (quote) {
      const close = quote === '[' ? ']' : quote === '“' || quote === '„' ? '”' : quote;
      let value = '';
      let end = at + 1;
      while (end < text.length && text[end] !== close) {
        if (text[end] === '\\' && end + 1 < text.length) end++;
        value += text[end++];
      }
      if (end >= text.length)
        throw new QueryError(`the ${quote} has no ${close} after it`, { start: at, end: text.length });
      found.push({ kind: 'quoted', text: value, at: { start: at, end: end + 1 } });
      at = end + 1;
      continue;
    }
    const sign = signs.find((one) => rest.startsWith(one));
    if (sign) {
      found.push({ kind: 'sign', text: sign, at: { start: at, end: at + sign.length } });
      at += sign.length;
      continue;
    }
    // A word ends at a space, a parenthesis, a comma or a comparison; `..` ends it, a single point does not.
    const word = /^(?:(?!\.\.|&&|\|\|)[^\s()<>=!~,"“”])+/.exec(rest)?.[0] ?? rest[0]!;
    found.push({ kind: 'word', text: word, at: { start: at, end: at + word.length } });
    at += word.length;
  }
  found.push({ kind: 'end', text: '', at: { start: text.length, end: text.length } });
  return found;
}

const comparisons: Record<string, QueryOperator> = {
  '=': '=',
  '==': '=',
  ':': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '~': 'contains',
};
const isWord = (token: Token, ...words: string[]): boolean =>
  token.kind === 'word' && words.includes(token.text.toLowerCase());
const isSign = (token: Token, ...texts: string[]): boolean => token.kind === 'sign' && texts.includes(token.text);

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;
  private tests = 0;

  constructor(text: string) {
    // `2023-10-05T06:30` is one word although a colon may also stand for "=".
    this.tokens = tokens(text.replaceAll(/(?<=\d):(?=\d)/g, '\u2236')).map((token) => ({
      ...token,
      text: token.text.replaceAll('\u2236', ':'),
    }));
  }

  whole(): QueryTree {
    const tree = this.or();
    const rest = this.peek();
    if (isSign(rest, ')')) throw new QueryError('a parenthesis is closed that was never opened', rest.at);
    if (rest.kind !== 'end')
      throw new QueryError(`“${rest.text}” is not expected here: join two tests by AND or OR`, rest.at);
    return tree;
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private or(): QueryTree {
    return this.list(
      'or',
      () => this.and(),
      () => isWord(this.peek(), 'or') || isSign(this.peek(), '||'),
    );
  }

  private and(): QueryTree {
    return this.list(
      'and',
      () => this.not(),
      () => isWord(this.peek(), 'and') || isSign(this.peek(), '&&'),
    );
  }

  private list(kind: 'and' | 'or', part: () => QueryTree, joined: () => boolean): QueryTree {
    const parts = [part()];
    while (joined()) {
      this.next();
      parts.push(part());
    }
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  private not(): QueryTree {
    const token = this.peek();
    if (!isWord(token, 'not') && !isSign(token, '!')) return this.primary();
    this.next();
    return this.deeper(token.at, () => ({ kind: 'not', part: this.not() }));
  }

  private primary(): QueryTree {
    const token = this.next();
    if (isSign(token, '(')) {
      const tree = this.deeper(token.at, () => this.or());
      const close = this.next();
      if (!isSign(close, ')')) throw new QueryError('the group that begins here is not closed', token.at);
      return tree;
    }
    if (token.kind === 'end') throw new QueryError('a test is missing', token.at);
    if (token.kind === 'sign' || isWord(token, 'and', 'or'))
      throw new QueryError(`a test is missing before “${token.text}”`, token.at);
    if (++this.tests > mostTests) throw new QueryError(`the query has more than ${mostTests} tests`, token.at);
    return this.test(token);
  }

  private test(field: Token): QueryTree {
    const negative = isWord(this.peek(), 'not') && isWord(this.peek(1), 'in');
    if (negative) this.next();
    const { operator, values, end } = this.comparison(field);
    const test: QueryTest = {
      kind: 'test',
      field: field.text,
      operator,
      values: values.map(({ text }) => text),
      at: { start: field.at.start, end },
      valuesAt: values.map(({ at }) => at),
    };
    return negative ? { kind: 'not', part: test } : test;
  }

  private comparison(field: Token): { operator: QueryOperator; values: Token[]; end: number } {
    const sign = this.peek();
    if (isWord(sign, 'is')) return this.setness();
    if (isWord(sign, 'in')) {
      const values = this.members();
      return { operator: 'in', values, end: values.at(-1)?.at.end ?? sign.at.end };
    }
    if (isWord(sign, 'between')) {
      this.next();
      const low = this.value('between');
      const and = this.next();
      if (!isWord(and, 'and')) throw new QueryError('“between” needs two values: between 4 and 8', and.at);
      const high = this.value('between');
      return { operator: 'between', values: [low, high], end: high.at.end };
    }
    const operator = sign.kind === 'sign' ? comparisons[sign.text] : isWord(sign, 'contains') ? 'contains' : undefined;
    if (!operator) return { operator: 'is set', values: [], end: field.at.end };
    this.next();
    const value = this.value(sign.text);
    if (!isSign(this.peek(), '..')) return { operator, values: [value], end: value.at.end };
    const dots = this.next();
    if (operator !== '=') throw new QueryError('a range follows “=”', dots.at);
    const high = this.value('..');
    return { operator: 'between', values: [value, high], end: high.at.end };
  }

  private setness(): { operator: QueryOperator; values: Token[]; end: number } {
    this.next();
    const negative = isWord(this.peek(), 'not') ? this.next() : null;
    const word = this.next();
    if (!isWord(word, 'set', 'empty')) throw new QueryError('“is” is followed by “set” or “not set”', word.at);
    const empty = isWord(word, 'empty') !== (negative !== null);
    return { operator: empty ? 'is not set' : 'is set', values: [], end: word.at.end };
  }

  private members(): Token[] {
    const word = this.next();
    const open = this.next();
    if (!isSign(open, '(')) throw new QueryError(`“${word.text}” is followed by a list: (rain, fog)`, open.at);
    const values: Token[] = [];
    while (!isSign(this.peek(), ')')) {
      values.push(this.value('in'));
      if (!isSign(this.peek(), ',')) break;
      this.next();
    }
    const close = this.next();
    if (!isSign(close, ')')) throw new QueryError('the list that begins here is not closed', open.at);
    if (values.length === 0) throw new QueryError('the list is empty', open.at);
    return values;
  }

  /** One quoted text, or words up to the next AND, OR, comma or parenthesis. */
  private value(after: string): Token {
    const first = this.next();
    if (first.kind === 'quoted') return first;
    if (first.kind !== 'word' || isWord(first, 'and', 'or'))
      throw new QueryError(`a value is missing after “${after}”`, first.at);
    let value = first;
    while (this.peek().kind === 'word' && !isWord(this.peek(), 'and', 'or', 'not')) {
      const more = this.next();
      value = { ...value, text: `${value.text} ${more.text}`, at: { start: value.at.start, end: more.at.end } };
    }
    return value;
  }

  private deeper<T>(at: Place, read: () => T): T {
    if (++this.depth > deepest) throw new QueryError(`the query has more than ${deepest} groups within each other`, at);
    const tree = read();
    this.depth--;
    return tree;
  }
}

/** Null for a query without a word. @throws QueryError */
export const parseQuery = (text: string): QueryTree | null => (text.trim() === '' ? null : new Parser(text).whole());
