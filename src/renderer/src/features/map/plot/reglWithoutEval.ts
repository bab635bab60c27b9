// regl compiles its draw commands with `Function`, which our content security policy forbids (no 'unsafe-eval'). regl
// reaches the constructor through `Function.apply(null, [...names, source])`; that one call gets an interpreter
// instead. A draw command is some hundred statements per frame, so interpreting costs little: 100k points took 1.0 to
// 1.5 times as long a frame as compiled.
import Sval from 'sval';

/** Syntax trees by source: a plot made anew compiles the same commands, and parsing takes most of the time. */
const parsed = new Map<string, Parameters<Sval['run']>[0]>();

/** Makes a function of `names` and a body, run by an interpreter in a scope of its own. */
export function interpreted(names: readonly string[], body: string): (...args: unknown[]) => unknown {
  const interpreter = new Sval({ ecmaVer: 5, sourceType: 'script', sandBox: true });
  const source = `exports.made = function (${names.join(',')}) {${body}}`;
  const tree = parsed.get(source) ?? interpreter.parse(source);
  parsed.set(source, tree);
  interpreter.run(tree);
  return (interpreter.exports as { made: (...args: unknown[]) => unknown }).made;
}

/**
 * Call once before a scatter plot is made. Only `Function.apply(...)` itself is touched, not `apply` of other
 * functions.
 */
export function allowReglWithoutEval(): void {
  if (Object.hasOwn(Function, 'apply')) return;
  Object.defineProperty(Function, 'apply', {
    configurable: true,
    value: (_self: unknown, parts: readonly string[]) => interpreted(parts.slice(0, -1), parts.at(-1) ?? ''),
  });
}
