// Paths of steps (R24): `hotel`, or `lodging/hotel` in a sub-saga. A name holds no '/'.

/** The path that `path` has in the saga of which its own one is the sub-saga at `at`; `''` is a saga itself. */
export function subPath(at: string, path: string): string {
  return at === '' || path === '' ? at + path : `${at}/${path}`;
}

/** The name in its own saga. */
export function localName(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? path : path.slice(slash + 1);
}

/** The path as the sub-saga at `within` would write it: `hotel` for its own `lodging/hotel`, `../charge` for its parent's `charge`. */
export function relativePath(within: string, path: string): string {
  if (within === '') return path;
  const from = within.split('/');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}
