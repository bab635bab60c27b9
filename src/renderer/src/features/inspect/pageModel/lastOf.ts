// What was made of a large array last, kept for as long as the array is there: strokes of a brush ask for the same
// again and again.

/** `make`, called anew for an object only where `key` differs from the last one asked for of it. */
export function lastOf<O extends object, K extends string | number, R>(
  make: (of: O, key: K) => R,
): (of: O, key: K) => R {
  const kept = new WeakMap<O, { key: K; made: R }>();
  return (of, key) => {
    const known = kept.get(of);
    if (known?.key === key) return known.made;
    const made = make(of, key);
    kept.set(of, { key, made });
    return made;
  };
}
