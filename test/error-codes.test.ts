import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { definitionRules } from '../src/errors/definition-error.js';
import { sagaErrorCodes } from '../src/errors/saga-error.js';
import { sourcesIn } from './support/import-law.js';
import { tableOf } from './support/readme.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const sources = sourcesIn(`${root}src`);

const lists: readonly { readonly list: string; readonly column: string; readonly names: readonly string[] }[] = [
  { list: 'sagaErrorCodes', column: 'code', names: sagaErrorCodes },
  { list: 'definitionRules', column: 'rule', names: definitionRules },
];

describe.each(lists)('the names in $list', ({ column, names }) => {
  const rows = tableOf(readme, [column, 'means', 'do this']);

  it('are those of the table in the README, in the same order', () => {
    expect(rows.map(([name]) => name)).toEqual(names);
  });

  it('come with what they mean and what to do', () => {
    expect(rows.filter((cells) => cells.length !== 3 || cells.includes('')).map(([name]) => name)).toEqual([]);
  });

  it('are each listed once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('are each raised somewhere in src', () => {
    const raised = new Set([...sources].flatMap(([path, text]) => raisedIn(path, text)));
    expect(names.filter((name) => !raised.has(name))).toEqual([]);
  });
});

describe('error codes', () => {
  it('say which layer raises them: SAGA_<LAYER>_<PROBLEM>', () => {
    expect(sagaErrorCodes.filter((code) => !/^SAGA_(DEFINITION|RUNTIME|LOG|NEST|KERNEL)(_[A-Z]+)+$/.test(code))).toEqual([]);
  });

  it('are found where they are raised, and not where they are listed, compared or typed', () => {
    const text = `
      const list = ['A', 'B'];
      type Part = 'C' | 'D';
      if (code === 'E') throw new SagaError({ code: 'F' });
      return issueOfMember(outline, member, 'G', { rule: 'H' });
      // code: 'I'
    `;
    expect(raisedIn('some.ts', text)).toEqual(['F', 'G', 'H']);
  });
});

/** Texts given as an argument of a call, or as a property `code` or `rule`. */
function raisedIn(path: string, text: string): readonly string[] {
  const raised: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && isRaised(node)) raised.push(node.text);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  return raised;
}

function isRaised({ parent }: ts.StringLiteral): boolean {
  if (ts.isPropertyAssignment(parent)) return ['code', 'rule'].includes(parent.name.getText());
  return ts.isCallExpression(parent);
}
