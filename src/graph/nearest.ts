/** Beyond these a suggestion is not worth the search. */
const namesSearched = 1_000;
const lettersCompared = 100;

/** The name that was probably meant: the nearest one, if at most every third letter of it is wrong. Upper and lower case are one here. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  if (written.length > lettersCompared) return undefined;
  let nearest: string | undefined;
  let least = Math.ceil(written.length / 3) + 1;
  for (const name of names.slice(0, namesSearched)) {
    if (Math.abs(name.length - written.length) >= least) continue;
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Letters to insert, delete, replace or swap with their neighbour ("optimal string alignment"). */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(replaced, at(last, column) + 1, at(current, column - 1) + 1, swapped ? at(beforeLast, column - 2) + 1 : Infinity),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
